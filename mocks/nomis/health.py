"""Health answers at the root, which four of the five services share."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mocks.nomis.wire import JsonResponse


async def _up(_request: Request) -> Response:
    return JsonResponse({"status": "UP"})


async def _pong(_request: Request) -> Response:
    return PlainTextResponse("pong")


def routes() -> list[Route]:
    return [
        Route("/health", _up, methods=["GET"]),
        Route("/health/ping", _up, methods=["GET"]),
        Route("/health/liveness", _up, methods=["GET"]),
        Route("/health/readiness", _up, methods=["GET"]),
        Route("/ping", _pong, methods=["GET"]),
    ]
