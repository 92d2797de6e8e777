"""People, their alerts and needs, said once more."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from estate.model import Alert, Person
from mocks.nomis.alert_codes import alert_codes, alert_types
from tests.scope.estates import PLACES
from tests.scope.fields import Args, Asked, Field, Provenance, global_id
from tests.scope.pages import Page, page_of_moves
from tests.support.worlds import TODAY

_NOMIS: Final = Provenance("NOMIS")
_CATEGORIES: Final = {"A": "Category A", "C": "Category C"}


@dataclass(frozen=True)
class _AlertType:
    code: str
    description: str
    codes: tuple[Any, ...]


@dataclass(frozen=True)
class _Need:
    type: str
    code: str
    description: str
    start_date: date
    end_date: date | None


def catalogue(_asked: Asked, _source: object, _args: Args) -> list[_AlertType]:
    return [_AlertType(one.code, one.description, one.codes) for one in alert_types()]


def person(asked: Asked, number: str | None) -> Person | None:
    return None if number is None else asked.sight.people.get(number)


def _alerts(_asked: Asked, source: Person, args: Args) -> list[Alert]:
    wanted, codes = args.get("active"), args.get("typeCodes")
    return [
        alert
        for alert in sorted(source.alerts, key=lambda alert: alert.active_from, reverse=True)
        if (wanted is None or wanted == alert.is_active(TODAY))
        and (codes is None or alert_codes()[alert.code].type_code in codes)
    ]


def _needs(_asked: Asked, source: Person, _args: Args) -> list[_Need]:
    if source.booking_id is None:
        return []
    return [
        _Need(need.problem_type, need.problem_code, need.problem_description, need.start_date, need.end_date)
        for need in source.care_needs
        if need.status == "ON"
    ]


def _eligibility(_asked: Asked, source: Person, _args: Args) -> dict[str, object] | None:
    reasons = ["CATEGORY_A"] if source.category == "A" else []
    if any(alert.code == "XELH" and alert.is_active(TODAY) for alert in source.alerts):
        reasons.append("ESCAPE_LIST_HEIGHTENED")
    if not reasons and source.category not in (None, "A", "C"):
        return None
    return {"eligible": not reasons, "reasons": reasons}


def _moves(asked: Asked, source: Person, args: Args) -> Page:
    found = [one for one in asked.sight.moves if one.move.prison_number == source.prison_number]
    return page_of_moves(found, args, direction="DESC")


def _category(_asked: Asked, source: Person, _args: Args) -> dict[str, str] | None:
    if source.category is None:
        return None
    return {"code": source.category, "description": _CATEGORIES.get(source.category, source.category)}


FIELDS: Final[dict[str, Field]] = {
    "Person.id": lambda _asked, source, _args: global_id("Person", source.prison_number),
    "Person.firstNames": lambda _asked, source, _args: source.first_name.capitalize(),
    "Person.lastName": lambda _asked, source, _args: source.last_name.capitalize(),
    "Person.category": _category,
    "Person.location": lambda _asked, source, _args: PLACES.get(source.agency_id),
    "Person.alerts": _alerts,
    "Person.careNeeds": _needs,
    "Person.escortEligibility": _eligibility,
    "Person.moves": _moves,
    "Person.provenance": lambda _asked, _source, _args: _NOMIS,
    "Alert.type": lambda asked, source, args: next(
        one for one in catalogue(asked, source, args) if one.code == alert_codes()[source.code].type_code
    ),
    "Alert.code": lambda _asked, source, _args: alert_codes()[source.code],
    "Alert.comment": lambda _asked, source, _args: source.description,
    "Alert.expiresOn": lambda _asked, source, _args: source.active_to,
    "Alert.active": lambda _asked, source, _args: source.is_active(TODAY),
    "Alert.provenance": lambda _asked, _source, _args: _NOMIS,
}
