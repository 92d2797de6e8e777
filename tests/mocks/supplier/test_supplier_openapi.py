"""The description and the routes say the same."""

import re
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Route

import mocks.supplier

DESCRIPTION = Path(mocks.supplier.__file__).with_name("openapi.yaml")


def _described() -> set[tuple[str, str]]:
    """Read paths and methods by their indentation, which is all that this needs of YAML."""
    found: set[tuple[str, str]] = set()
    path = ""
    for line in DESCRIPTION.read_text().splitlines():
        if match := re.fullmatch(r"  (/\S*):", line):
            path = match[1]
        elif path and (match := re.fullmatch(r"    (get|put|post|delete):", line)):
            found.add((match[1].upper(), path))
        elif re.match(r"\S", line):
            path = ""
    return found


def test_every_route_is_described_and_every_description_is_a_route(app: Starlette) -> None:
    routes = {
        (method, route.path)
        for route in app.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }

    assert routes == _described()
    assert len(routes) == 16


def test_every_reference_inside_the_description_leads_somewhere() -> None:
    text = DESCRIPTION.read_text()
    components = text[text.index("\ncomponents:") :]
    referred = set(re.findall(r"#/components/(\w+)/(\w+)", text))

    assert referred
    for kind, name in referred:
        section = components[components.index(f"\n  {kind}:") :]
        assert f"\n    {name}:" in section
