"""Prison API: agencies, which any token may read."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from estate.model import Agency, AgencyType
from mocks.nomis.access import Gate
from mocks.nomis.bodies import flag, listed
from mocks.nomis.errors import NotFound
from mocks.nomis.paging import HeaderPaging
from mocks.nomis.wire import JsonObject, JsonResponse, without_nulls
from mocks.nomis.world import World

_COURT_TYPES = {
    "CC": "Crown Court",
    "MC": "Magistrates Court",
    "YC": "Youth Court",
    "CO": "County Court/County Divorce Ct",
    "OTHER": "Other Court",
}


@dataclass(frozen=True, slots=True)
class Agencies:
    """The routes under /api/agencies."""

    world: World
    gate: Gate

    def routes(self) -> list[Route]:
        return [
            Route("/api/agencies", self.page, methods=["GET"]),
            Route("/api/agencies/prisons", self.prisons, methods=["GET"]),
            Route("/api/agencies/type/{kind}", self.of_kind, methods=["GET"]),
            Route("/api/agencies/{agency_id}", self.one, methods=["GET"]),
        ]

    async def page(self, request: Request) -> Response:
        """List active agencies, ten unless more are asked for; names are raw, in capitals."""
        self.gate.admit(request)
        paging = HeaderPaging.of(request)
        return paging.answer([_raw(agency) for agency in self.world.agencies() if agency.active])

    async def of_kind(self, request: Request) -> Response:
        """List the agencies of a type, all at once; the pseudo-agencies OUT and TRN pass for prisons."""
        self.gate.admit(request)
        kind = request.path_params["kind"]
        active_only = flag(request, "activeOnly", default=True)
        court_types = set(listed(request, "courtType"))
        return JsonResponse(
            [
                _formatted(agency)
                for agency in self.world.agencies()
                if agency.agency_type == kind
                and (agency.active or not active_only)
                and (not court_types or agency.court_type in court_types)
            ]
        )

    async def one(self, request: Request) -> Response:
        """Find one agency; a closed one is not found unless the query says so."""
        self.gate.admit(request)
        agency_id = request.path_params["agency_id"]
        agency = self.world.agency(agency_id)
        active_only = flag(request, "activeOnly", default=True)
        kind = request.query_params.get("agencyType")
        if agency is None or (active_only and not agency.active) or (kind is not None and agency.agency_type != kind):
            raise NotFound(f"Resource with id [{agency_id}] not found.")
        return JsonResponse(_formatted(agency))

    async def prisons(self, request: Request) -> Response:
        self.gate.admit(request)
        return JsonResponse(
            [
                {**_formatted(agency), "longDescription": agency.name}
                for agency in self.world.agencies()
                if agency.agency_type is AgencyType.INST and agency.active and not agency.pseudo
            ]
        )


def _raw(agency: Agency) -> JsonObject:
    return {
        "agencyId": agency.agency_id,
        "description": agency.name.upper(),
        "agencyType": agency.agency_type,
        "active": agency.active,
    }


def _formatted(agency: Agency) -> JsonObject:
    return without_nulls(
        {
            "agencyId": agency.agency_id,
            "description": agency.name,
            "agencyType": agency.agency_type,
            "active": agency.active,
            "courtType": agency.court_type,
            "courtTypeDescription": None if agency.court_type is None else _COURT_TYPES.get(agency.court_type),
            "deactivationDate": None if agency.active else "2023-12-01",
        }
    )
