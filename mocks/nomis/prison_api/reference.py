"""Prison API: reference codes, which any token may read."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.nomis.access import Gate
from mocks.nomis.errors import NotFound
from mocks.nomis.paging import HeaderPaging
from mocks.nomis.reference_domains import ReferenceCode, domains
from mocks.nomis.wire import JsonResponse


@dataclass(frozen=True, slots=True)
class Reference:
    """The routes under /api/reference-domains."""

    gate: Gate

    def routes(self) -> list[Route]:
        base = "/api/reference-domains/domains/{domain}"
        return [
            Route(base, self.page, methods=["GET"]),
            Route(f"{base}/codes", self.flat, methods=["GET"]),
            Route(f"{base}/all-codes", self.flat, methods=["GET"]),
            Route(f"{base}/codes/{{code:path}}", self.one, methods=["GET"]),
        ]

    def _codes(self, request: Request) -> Mapping[str, ReferenceCode]:
        self.gate.admit(request)
        domain = request.path_params["domain"]
        codes = domains().get(domain)
        if codes is None:
            raise NotFound(f"Reference domain [{domain}] not found.")
        return codes

    async def page(self, request: Request) -> Response:
        """List active and inactive codes, ten unless more are asked for."""
        codes = self._codes(request)
        return HeaderPaging.of(request).answer([code.payload() for code in codes.values()])

    async def flat(self, request: Request) -> Response:
        return JsonResponse([code.payload() for code in self._codes(request).values()])

    async def one(self, request: Request) -> Response:
        """Find one code; codes may hold spaces and slashes."""
        codes = self._codes(request)
        wanted = request.path_params["code"]
        if wanted not in codes:
            domain = request.path_params["domain"]
            raise NotFound(f"Reference code for domain [{domain}] and code [{wanted}] not found.")
        return JsonResponse(codes[wanted].payload())
