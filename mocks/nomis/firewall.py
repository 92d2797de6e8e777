"""What stands in front of the services: the web application firewall, and the headers that every answer carries."""

import re
from urllib.parse import unquote_plus

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mocks.nomis.services import Service, service_of

_LIKE_SQL = re.compile(
    r"\bunion\s+(all\s+)?select\b|\bselect\b.{1,80}\bfrom\b|\binsert\s+into\b|\bdelete\s+from\b|\bdrop\s+(table|database)\b"
    r"|\bupdate\s+\w+\s+set\b|\bor\s+1\s*=\s*1\b|'\s*;\s*--",
    re.IGNORECASE | re.DOTALL,
)
_SCANNERS = re.compile(r"sqlmap|nikto|nmap|masscan|acunetix|dirbuster|gobuster|nessus|zgrab|wpscan|w3af", re.IGNORECASE)

SECURITY_HEADERS = {
    "cache-control": "no-cache, no-store, max-age=0, must-revalidate",
    "pragma": "no-cache",
    "expires": "0",
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "strict-transport-security": "max-age=31536000 ; includeSubDomains",
    "request-context": "appId=cid-v1:6a3b1f0e-2f0c-4f5b-9a58-0c9f4e1d7b21",
}


def _page(status: int, title: str) -> Response:
    return HTMLResponse(
        f"<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{status} {title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
        status,
    )


class Firewall:
    """Turns scanners away (418) and, before Prison API, anything that reads like SQL (406); both in HTML, not JSON."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/__"):
            await self._app(scope, receive, send)
            return
        if _SCANNERS.search(Headers(scope=scope).get("user-agent", "")):
            await _page(418, "I'm a teapot")(scope, receive, send)
            return
        if service_of(scope["path"]) is not Service.PRISON_API:
            await self._app(scope, receive, send)
            return
        query = unquote_plus(scope["query_string"].decode("latin-1"))
        if scope["method"] in {"POST", "PUT", "PATCH"}:
            body = await _read(receive)
            query += body.decode("utf-8", "replace")
            receive = _replay(body, receive)
        if _LIKE_SQL.search(query):
            await _page(406, "Not Acceptable")(scope, receive, send)
            return
        await self._app(scope, receive, send)


async def _read(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Hand on the body that was read; afterwards the connection speaks for itself, so that a hang-up is noticed."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


class SecurityHeaders:
    """Puts the security headers on every answer that does not bring its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
