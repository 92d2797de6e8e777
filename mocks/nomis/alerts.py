"""The Alerts service: alerts by person, in bulk and one by one, and the lists of types and codes."""

from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from estate.model import Person
from mocks.nomis.access import Gate
from mocks.nomis.alert_codes import alert_codes, alert_types, alert_types_by_code
from mocks.nomis.alerts_payload import alert_payload, code_payload, type_payload
from mocks.nomis.bodies import day, flag, listed, text_list
from mocks.nomis.errors import Invalid, NotFound
from mocks.nomis.paging import UNLIMITED, SpringPaging
from mocks.nomis.prisoner_search_payload import shuffled
from mocks.nomis.wire import JsonObject, JsonResponse
from mocks.nomis.world import World

_ROLES = ("PRISONER_ALERTS__RO", "PRISONER_ALERTS__RW", "PRISONER_ALERTS__PRISONER_ALERTS_ADMINISTRATION_UI")


class Alerts:
    """The routes of the alerts service; a role opens the whole estate, type D and all."""

    def __init__(self, world: World, gate: Gate) -> None:
        self._world = world
        self._gate = gate
        self._shown: dict[str, tuple[Person, tuple[JsonObject, ...]]] = {}

    def routes(self) -> list[Route]:
        return [
            Route("/prisoners/{number}/alerts", self.of_person, methods=["GET"]),
            Route("/search/alerts/prison-numbers", self.of_people, methods=["POST"]),
            Route("/alerts/{alert_id}", self.one, methods=["GET"]),
            Route("/alert-types", self.types, methods=["GET"]),
            Route("/alert-types/{code}", self.type_, methods=["GET"]),
            Route("/alert-codes", self.codes, methods=["GET"]),
            Route("/alert-codes/{code}", self.code, methods=["GET"]),
        ]

    def _alerts(self, number: str) -> tuple[JsonObject, ...]:
        """Show a person's alerts, once per state of the person; newest first, none for the unknown."""
        person = self._world.person(number)
        if person is None:
            return ()
        kept = self._shown.get(number)
        if kept is None or kept[0] is not person:
            newest_first = sorted(person.alerts, key=lambda alert: alert.active_from, reverse=True)
            kept = (person, tuple(alert_payload(number, alert, self._world.today) for alert in newest_first))
            self._shown[number] = kept
        return kept[1]

    async def of_person(self, request: Request) -> Response:
        """Page through one person's alerts; nobody of that number is an empty page, not a refusal."""
        self._gate.admit(request, *_ROLES)
        rows = [row for row in self._alerts(request.path_params["number"]) if _wanted(row, request)]
        return SpringPaging.of(request, default_size=UNLIMITED, default_sort="activeFrom,desc").answer(rows)

    async def of_people(self, request: Request) -> Response:
        """Give the alerts of many people in one flat list, active ones unless asked otherwise."""
        self._gate.admit(request, *_ROLES)
        numbers = set(await text_list(request))
        inactive_too = flag(request, "includeInactive", default=False)
        codes = set(listed(request, "filterAlertCodes"))
        if "filterAlertCodes" in request.query_params and not codes:
            raise Invalid("filterAlertCodes must contain at least one code")
        return JsonResponse(
            {
                "content": [
                    row
                    for number in sorted(numbers, key=shuffled)
                    for row in self._alerts(number)
                    if (inactive_too or row["isActive"]) and (not codes or _code_of(row, "code") in codes)
                ]
            }
        )

    async def one(self, request: Request) -> Response:
        self._gate.admit(request, *_ROLES)
        alert_id = request.path_params["alert_id"]
        person = self._world.person_of_alert(alert_id)
        for row in self._alerts(person.prison_number) if person is not None else ():
            if row["alertUuid"] == alert_id:
                return JsonResponse(row)
        raise NotFound("Alert not found")

    async def types(self, request: Request) -> Response:
        """List types with their codes; each keeps its own flag."""
        self._gate.admit(request, *_ROLES)
        inactive_too = flag(request, "includeInactive", default=False)
        return JsonResponse(
            [type_payload(each, inactive_too=inactive_too) for each in alert_types() if each.active or inactive_too]
        )

    async def type_(self, request: Request) -> Response:
        self._gate.admit(request, *_ROLES)
        found = alert_types_by_code().get(request.path_params["code"])
        if found is None:
            raise NotFound("Alert type not found")
        return JsonResponse(type_payload(found, inactive_too=True))

    async def codes(self, request: Request) -> Response:
        self._gate.admit(request, *_ROLES)
        inactive_too = flag(request, "includeInactive", default=False)
        return JsonResponse([code_payload(each) for each in alert_codes().values() if each.active or inactive_too])

    async def code(self, request: Request) -> Response:
        self._gate.admit(request, *_ROLES)
        found = alert_codes().get(request.path_params["code"])
        if found is None:
            raise NotFound("Alert code not found")
        return JsonResponse(code_payload(found))


def _code_of(row: JsonObject, name: str) -> object:
    code = row["alertCode"]
    return code[name] if isinstance(code, dict) else None


def _wanted(row: JsonObject, request: Request) -> bool:
    return all(_conditions(row, request))


def _conditions(row: JsonObject, request: Request) -> Iterator[bool]:
    query = request.query_params
    if "isActive" in query:
        yield row["isActive"] is flag(request, "isActive", default=True)
    if types := listed(request, "alertType"):
        yield _code_of(row, "alertTypeCode") in types
    if codes := listed(request, "alertCode"):
        yield _code_of(row, "code") in codes
    if start := day(request, "activeFromStart"):
        yield str(row["activeFrom"]) >= start.isoformat()
    if end := day(request, "activeFromEnd"):
        yield str(row["activeFrom"]) <= end.isoformat()
    if words := query.get("search"):
        told = f"{row['description'] or ''} {row['authorisedBy'] or ''}"
        yield words.lower() in told.lower()
