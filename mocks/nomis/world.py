"""The invented world as NOMIS holds it now: what was generated, and what was changed at run time."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Protocol

from estate.model import Account, Agency, AuthSource, Caseload, Client, ClientHome, Person

OUTSIDE = "OUT"
IN_TRANSIT = "TRN"


def in_nomis(account: Account) -> bool:
    """Tell whether NOMIS knows the account; only those have caseloads."""
    return account.auth_source is AuthSource.NOMIS


class Source(Protocol):
    """All that the services read from the invented world; a few hand-made people will do."""

    def agencies(self) -> Iterable[Agency]: ...

    def caseloads(self) -> Iterable[Caseload]: ...

    def accounts(self) -> Iterable[Account]: ...

    def clients(self) -> Iterable[Client]: ...

    def people(self) -> Iterable[Person]: ...

    def person(self, number: str) -> Person | None:
        """Find by prison number; where the same number gives the same object, payloads are written only once."""
        ...

    def group_names(self) -> Mapping[str, str]:
        """Names of sign-in groups by their code."""
        ...


class World:
    """A source with run-time changes on top: moved people, changed accounts, and a Search index that lags behind."""

    def __init__(self, source: Source, today: date) -> None:
        self.today = today
        self._source = source
        self._agencies = {agency.agency_id: agency for agency in source.agencies()}
        self._caseloads = {caseload.caseload_id: caseload for caseload in source.caseloads()}
        self._accounts = {account.username.upper(): account for account in source.accounts()}
        self._clients = {each.client_id: each for each in source.clients() if each.home is ClientHome.SIGN_IN}
        self._unverified: set[str] = set()
        self._moved: dict[str, Person] = {}
        self._lagging: dict[str, Person] = {}

    def agency(self, agency_id: str) -> Agency | None:
        return self._agencies.get(agency_id)

    def agencies(self) -> list[Agency]:
        """All agencies in the order of their ids, pseudo-agencies such as OUT and TRN among them."""
        return [self._agencies[agency_id] for agency_id in sorted(self._agencies)]

    def agency_name(self, agency_id: str | None) -> str | None:
        agency = None if agency_id is None else self._agencies.get(agency_id)
        return agency_id if agency is None else agency.name

    def caseload(self, caseload_id: str) -> Caseload | None:
        return self._caseloads.get(caseload_id)

    def caseloads_of(self, account: Account | None) -> list[Caseload]:
        if account is None or not in_nomis(account):
            return []
        return [self._caseloads[key] for key in account.caseloads if key in self._caseloads]

    def account(self, username: str) -> Account | None:
        return self._accounts.get(username.upper())

    def accounts(self) -> list[Account]:
        return list(self._accounts.values())

    def client(self, client_id: str) -> Client | None:
        return self._clients.get(client_id)

    def group_name(self, group: str) -> str:
        return self._source.group_names().get(group, group)

    def person(self, number: str) -> Person | None:
        return self._moved.get(number) or self._source.person(number)

    def people(self, numbers: Iterable[str]) -> list[Person]:
        """Find many: duplicates count once, the unknown are left out."""
        found = (self.person(number) for number in dict.fromkeys(numbers))
        return [person for person in found if person is not None]

    def person_of_booking(self, booking_id: int) -> Person | None:
        number = self._numbers_by_booking.get(booking_id)
        return None if number is None else self.person(number)

    def person_of_alert(self, alert_id: str) -> Person | None:
        number = self._numbers_by_alert.get(alert_id)
        return None if number is None else self.person(number)

    @cached_property
    def _numbers_by_booking(self) -> dict[int, str]:
        return {each.booking_id: each.prison_number for each in self._source.people() if each.booking_id is not None}

    @cached_property
    def _numbers_by_alert(self) -> dict[str, str]:
        return {str(alert.uuid): each.prison_number for each in self._source.people() for alert in each.alerts}

    def indexed_person(self, number: str) -> Person | None:
        """Find as Search has it, which may be older than what Prison API says."""
        return self._lagging.get(number) or self.person(number)

    def move(self, number: str, agency_id: str) -> bool:
        """Put a person elsewhere: in a prison, OUT (released) or TRN; False when the person is unknown."""
        person = self.person(number)
        if person is None:
            return False
        self._moved[number] = _placed(person, agency_id)
        return True

    def lag(self, numbers: Iterable[str], agency_id: str) -> None:
        """Let Search go on saying that these people are at an agency; replaces any earlier lag."""
        self._lagging = {person.prison_number: _placed(person, agency_id) for person in self.people(numbers)}

    def change_account(
        self,
        username: str,
        *,
        caseloads: Iterable[str] | None = None,
        roles: Iterable[str] | None = None,
        groups: Iterable[str] | None = None,
    ) -> Account | None:
        """Replace what an account holds; None leaves a part as it is. The active caseload follows the caseloads."""
        account = self.account(username)
        if account is None:
            return None
        held = account.caseloads if caseloads is None else tuple(caseloads)
        active = account.active_caseload if account.active_caseload in held else next(iter(held), None)
        changed = replace(
            account,
            caseloads=held,
            active_caseload=active,
            roles=account.roles if roles is None else tuple(role.removeprefix("ROLE_") for role in roles),
            groups=account.groups if groups is None else tuple(groups),
        )
        self._accounts[account.username.upper()] = changed
        return changed

    def has_verified_email(self, account: Account) -> bool:
        return account.email is not None and account.username not in self._unverified

    def verify_email(self, account: Account, *, verified: bool) -> None:
        if verified:
            self._unverified.discard(account.username)
        else:
            self._unverified.add(account.username)

    def activate_caseload(self, account: Account, caseload_id: str) -> None:
        self._accounts[account.username.upper()] = replace(account, active_caseload=caseload_id)


def _placed(person: Person, agency_id: str) -> Person:
    if agency_id == person.agency_id:
        return person
    in_out = {OUTSIDE: "OUT", IN_TRANSIT: "TRN"}.get(agency_id, "IN")
    return replace(
        person,
        agency_id=agency_id,
        in_out_status=in_out,
        active=in_out == "IN",
        last_prison_id=person.last_prison_id if in_out == "IN" else person.agency_id or person.last_prison_id,
        cell=person.cell if in_out == "IN" else None,
    )
