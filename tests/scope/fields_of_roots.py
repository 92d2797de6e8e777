"""Root fields, said once more: one thing by its id or number, lists, and counts by day."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

from gateway.domain.escort_records import EscortRecordStatus
from gateway.domain.moves import MoveStatus
from tests.scope.estates import PLACES, Planned
from tests.scope.fields import Args, Asked, Field, key_of, kind_of
from tests.scope.fields_of_moves import allocations, journeys
from tests.scope.fields_of_people import catalogue, person
from tests.scope.fields_of_places import SUPPLIERS_BY_KEY, locations
from tests.scope.fields_of_records import response_id, told
from tests.scope.pages import Page, page_of_moves
from tests.scope.rules import comes, leaves

_COMPLETE: Final = (EscortRecordStatus.COMPLETED, EscortRecordStatus.CONFIRMED)


def _by_key(values: Iterable[Any], key: str | None) -> object:
    return next((value for value in values if str(value.id) == key), None)


def _node(asked: Asked, _source: object, args: Args) -> object:
    return _by_global_id(asked, args["id"])


def _nodes(asked: Asked, _source: object, args: Args) -> list[object]:
    return [_by_global_id(asked, given) for given in args["ids"]]


def _by_global_id(asked: Asked, given: str) -> object:  # noqa: PLR0911 - one return for each kind
    kind = kind_of(given)
    key = key_of(given, kind) or ""
    seen = asked.sight.moves
    match kind:
        case "Person":
            return person(asked, key)
        case "Location":
            return PLACES.get(key)
        case "Supplier":
            return SUPPLIERS_BY_KEY.get(key)
        case "Allocation":
            return _by_key(asked.sight.allocations, key)
        case "Journey":
            legs = [leg for planned in seen for leg in journeys(asked, planned.move, {})]
            return next((leg for leg in legs if f"{leg.move.id}:{leg.leg.id}" == key), None)
        case "PerResponse":
            responses = [
                one
                for planned in seen
                for record in (planned.record, planned.assessment)
                if record is not None
                for one in told(planned, record)
            ]
            return next((one for one in responses if response_id(one.record, one.question.key) == given), None)
    hanging: dict[str, Iterable[object]] = {
        "Move": (planned.move for planned in seen),
        "Lodging": (stay for planned in seen for stay in planned.stays),
        "Event": (event for planned in seen for event in planned.events),
        "YouthRiskAssessment": (planned.assessment for planned in seen if planned.assessment is not None),
        "PersonEscortRecord": (planned.record for planned in seen if planned.record is not None),
    }
    return _by_key(hanging[kind], key)


def _one(kind: str) -> Field:
    return lambda asked, _source, args: _by_global_id(asked, args["id"]) if kind_of(args["id"]) == kind else None


def _moves(asked: Asked, _source: object, args: Args) -> Page:
    wanted = args.get("filter") or {}
    order = args.get("orderBy") or {"field": "DATE", "direction": "ASC"}
    places = wanted.get("locationIds")
    found = [
        planned
        for planned in asked.sight.find(
            wanted.get("direction"),
            None if places is None else [key_of(given, "Location") or "" for given in places],
            date.fromisoformat(wanted["dateFrom"]) if wanted.get("dateFrom") else date.min,
            date.fromisoformat(wanted["dateTo"]) if wanted.get("dateTo") else date.max,
        )
        if _matches(planned, wanted)
    ]
    return page_of_moves(found, args, order["field"], order["direction"])


def _matches(planned: Planned, wanted: Args) -> bool:
    move, record = planned.move, planned.record
    return (
        (wanted.get("statuses") is None or move.status.name in wanted["statuses"])
        and (wanted.get("types") is None or move.type.name in wanted["types"])
        and (wanted.get("supplierKey") is None or move.supplier == wanted["supplierKey"])
        and (wanted.get("prisonNumber") is None or move.prison_number == wanted["prisonNumber"])
        and (wanted.get("perStatuses") is None or (record is not None and record.status.name in wanted["perStatuses"]))
    )


def _dashboard(asked: Asked, _source: object, args: Args) -> dict[str, object]:
    agency_id = key_of(args["locationId"], "Location") or ""
    first, last = date.fromisoformat(args["from"]), date.fromisoformat(args["to"])
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return {
        "location": PLACES[agency_id],
        "days": [
            {
                "date": day,
                "incoming": _counts([one for one in asked.sight.moves if (agency_id, day) in comes(one)]),
                "outgoing": _counts([one for one in asked.sight.moves if (agency_id, day) in leaves(one)]),
            }
            for day in days
        ],
    }


def _counts(found: list[Planned]) -> dict[str, object]:
    by_status = {status: len([one for one in found if one.move.status is status]) for status in MoveStatus}
    open_ones = [one for one in found if one.move.status is not MoveStatus.CANCELLED]
    return {
        "total": len(found),
        "byStatus": [{"status": status, "count": count} for status, count in by_status.items() if count],
        "perIncomplete": len([one for one in open_ones if one.record is None or one.record.status not in _COMPLETE]),
        "inTransit": by_status[MoveStatus.IN_TRANSIT],
    }


FIELDS: Final[dict[str, Field]] = {
    "Query.node": _node,
    "Query.nodes": _nodes,
    "Query.viewer": lambda asked, _source, _args: asked.who,
    "Query.person": lambda asked, _source, args: person(asked, args["prisonNumber"]),
    "Query.people": lambda asked, _source, args: [person(asked, number) for number in args["prisonNumbers"]],
    "Query.move": _one("Move"),
    "Query.moves": _moves,
    "Query.dashboard": _dashboard,
    "Query.allocation": _one("Allocation"),
    "Query.allocations": allocations,
    "Query.personEscortRecord": _one("PersonEscortRecord"),
    "Query.location": lambda _asked, _source, args: PLACES.get(args["agencyId"]),
    "Query.locations": locations,
    "Query.suppliers": lambda _asked, _source, _args: sorted(SUPPLIERS_BY_KEY.values(), key=lambda one: one.name),
    "Query.alertTypes": catalogue,
}
