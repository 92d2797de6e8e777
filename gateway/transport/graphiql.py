"""GraphiQL: its page and files, its settings and its demonstration sign-in."""

import gzip
import mimetypes
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from gateway.domain.errors import UpstreamError
from gateway.transport.errors import ErrorCode
from gateway.transport.example_queries import Tab

BUILT_FILES: Final = Path(__file__).parent / "static" / "graphiql"

CONTENT_SECURITY_POLICY: Final[Mapping[str, str]] = {
    "default-src": "'self'",
    "script-src": "'self'",
    "worker-src": "'self'",
    "connect-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",  # the editor writes its themes and measures as styles
    "img-src": "'self' data:",
    "font-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in CONTENT_SECURITY_POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
HASHED: Final = "public, max-age=31536000, immutable"
"""For files whose names change with their content."""
REVALIDATED: Final = "no-cache"
TYPES: Final[Mapping[str, str]] = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".ttf": "font/ttf",
}


@dataclass(frozen=True, slots=True)
class Persona:
    """A made-up account to sign in as. Nothing of it is secret: credentials stay with whoever signs in."""

    key: str
    label: str
    description: str


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token as sign-in issued it; `expires_in` is in seconds."""

    access_token: str = field(repr=False)
    expires_in: int


SignIn = Callable[[Persona], Awaitable[IssuedToken]]
"""Fetches a token for a persona. Raises `UpstreamError` where sign-in cannot or will not give one."""


@dataclass(frozen=True, slots=True)
class GraphiQLConfig:
    """What the page is told.

    Addresses are resolved against the page's own, so `../graphql` works behind any prefix. Without `sign_in` no persona
    is offered, and whoever uses the page pastes a header. `tabs` is called for each visit: examples name the day.
    """

    endpoint: str = "/graphql"
    subscription_endpoint: str | None = None
    personas: tuple[Persona, ...] = ()
    tabs: Callable[[], Sequence[Tab]] = tuple
    sign_in: SignIn | None = None


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One built file. The larger ones are held as gzip alone."""

    path: Path
    content_type: str
    cache_control: str
    is_gzip: bool


def graphiql_routes(config: GraphiQLConfig, path: str = "/graphiql") -> list[Route]:
    """Return the routes of the page, which lives at `path` with a slash behind it.

    Raises:
        ValueError: two personas share a key.
        FileNotFoundError: the page has not been built.

    """
    page = _Page(config)
    return [
        Route(path, _add_slash, methods=["GET"]),
        Route(f"{path}/", page.index, methods=["GET"]),
        Route(f"{path}/config.json", page.settings, methods=["GET"]),
        Route(f"{path}/personas/{{key}}/token", page.token, methods=["POST"]),
        Route(f"{path}/{{name:path}}", page.file, methods=["GET"]),
    ]


async def _add_slash(request: Request) -> Response:
    # Relative, because a proxy in front may have taken a prefix off.
    return RedirectResponse(request.url.path.rsplit("/", 1)[1] + "/", headers=dict(SECURITY_HEADERS))


class _Page:
    def __init__(self, config: GraphiQLConfig) -> None:
        self._config = config
        self._personas = {persona.key: persona for persona in config.personas} if config.sign_in else {}
        if config.sign_in and len(self._personas) != len(config.personas):
            raise ValueError("two personas share a key")
        self._files = _built_files()
        if "index.html" not in self._files:
            raise FileNotFoundError("the GraphiQL page has not been built: run `npm run build` in web/graphiql")

    async def index(self, request: Request) -> Response:
        return await _serve(self._files["index.html"], request)

    async def file(self, request: Request) -> Response:
        """Serve a built file by its name in the list made at the start: no path is ever put together from a request."""
        found = self._files.get(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        return await _serve(found, request)

    async def settings(self, _request: Request) -> Response:
        config = self._config
        return _json(
            {
                "endpoint": config.endpoint,
                "subscriptionEndpoint": config.subscription_endpoint,
                "personas": [
                    {"key": persona.key, "label": persona.label, "description": persona.description}
                    for persona in self._personas.values()
                ],
                "tabs": [{"title": tab.title, "query": tab.query, "variables": tab.variables} for tab in config.tabs()],
            }
        )

    async def token(self, request: Request) -> Response:
        if _is_from_elsewhere(request):
            return _refusal(403, ErrorCode.FORBIDDEN, "Only the GraphiQL page itself may ask for a persona's token.")
        persona = self._personas.get(request.path_params["key"])
        if persona is None or self._config.sign_in is None:
            return _refusal(404, ErrorCode.BAD_USER_INPUT, "There is no persona of that name.")
        try:
            issued = await self._config.sign_in(persona)
        except UpstreamError as error:
            return _refusal(502, ErrorCode(error.code), error.message)
        return _json({"access_token": issued.access_token, "token_type": "bearer", "expires_in": issued.expires_in})


def _is_from_elsewhere(request: Request) -> bool:
    """Tell a request that another site's page made a browser send. A client that is no browser sends neither header."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    return site not in {None, "same-origin"} or (
        origin is not None and urlsplit(origin).netloc != request.headers.get("Host")
    )


def _built_files() -> dict[str, StaticFile]:
    files = {}
    for path in sorted(BUILT_FILES.rglob("*")):
        if path.is_file():
            is_gzip = path.suffix == ".gz"
            name = path.relative_to(BUILT_FILES).as_posix().removesuffix(".gz")
            suffix = Path(name).suffix
            files[name] = StaticFile(
                path=path,
                content_type=TYPES.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream"),
                cache_control=HASHED if name.startswith("assets/") else REVALIDATED,
                is_gzip=is_gzip,
            )
    return files


async def _serve(file: StaticFile, request: Request) -> Response:
    headers = {**SECURITY_HEADERS, "Cache-Control": file.cache_control, "Content-Type": file.content_type}
    if not file.is_gzip:
        return FileResponse(file.path, headers=headers)
    headers["Vary"] = "Accept-Encoding"
    if _accepts_gzip(request.headers.get("Accept-Encoding", "")):
        return FileResponse(file.path, headers={**headers, "Content-Encoding": "gzip"})
    return Response(await run_in_threadpool(lambda: gzip.decompress(file.path.read_bytes())), headers=headers)


def _accepts_gzip(accept_encoding: str) -> bool:
    """Read the header: a coding with quality nought is refused, and `*` stands for what is not named."""
    qualities: dict[str, bool] = {}
    for entry in accept_encoding.lower().split(","):
        coding, _, parameters = entry.partition(";")
        quality = parameters.replace(" ", "").removeprefix("q=") or "1"
        qualities[coding.strip()] = quality.strip("0.") != ""
    return qualities.get("gzip", qualities.get("*", False))


def _json(body: Mapping[str, object], status: int = 200) -> Response:
    return Response(
        orjson.dumps(body),
        status_code=status,
        headers={**SECURITY_HEADERS, "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"},
    )


def _refusal(status: int, code: ErrorCode, message: str) -> Response:
    return _json({"errors": [{"message": message, "extensions": {"code": code.value}}]}, status)
