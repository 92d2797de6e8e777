"""Which of the five services a path belongs to."""

from enum import StrEnum


class Service(StrEnum):
    """The services that a caller knows together as NOMIS; the values are the names that fault rules use."""

    SIGN_IN = "sign-in"
    PRISON_API = "prison-api"
    PRISONER_SEARCH = "prisoner-search"
    ALERTS = "alerts"
    MANAGE_USERS = "manage-users"


_PREFIXES: tuple[tuple[str, Service], ...] = (
    ("/auth/", Service.SIGN_IN),
    ("/api/", Service.PRISON_API),
    ("/prisoner-search/", Service.PRISONER_SEARCH),
    ("/prisoner/", Service.PRISONER_SEARCH),
    ("/search/alerts/", Service.ALERTS),
    ("/prisoners/", Service.ALERTS),
    ("/alerts/", Service.ALERTS),
    ("/alert-types", Service.ALERTS),
    ("/alert-codes", Service.ALERTS),
    ("/users/", Service.MANAGE_USERS),
)


def service_of(path: str) -> Service:
    """Tell the service by its path; what the services share (health, ping) counts as prison API."""
    for prefix, service in _PREFIXES:
        if path.startswith(prefix):
            return service
    return Service.PRISON_API
