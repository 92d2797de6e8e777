"""What several subscribers have in common: the document without the place from which each starts."""

from typing import Final

import pytest
from graphql import GraphQLNamedType, get_named_type, parse, print_ast
from graphql.type import is_interface_type, is_object_type, is_union_type

from gateway.schema.build import build_schema
from gateway.transport.documents import core_schema
from gateway.transport.live.shared_form import SharedForm, shared_form

SCHEMA: Final = core_schema(build_schema())
PLAIN: Final = "subscription Board { moveUpdates { cursor } }"


def form(document: str, **variables: object) -> SharedForm:
    return shared_form(SCHEMA, parse(document), None, variables)


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        (PLAIN, {}),
        ("subscription Board($after: Cursor) { moveUpdates(after: $after) { cursor } }", {"after": "x"}),
        ("subscription Board($after: Cursor = null) { moveUpdates(after: $after) { cursor } }", {}),
        ('subscription Board { moveUpdates(after: "x") { cursor } }', {}),
        ("subscription Board {\n  # in other words\n  moveUpdates(after: null) {\n    cursor\n  }\n}", {}),
    ],
)
def test_where_each_starts_makes_no_difference(document: str, variables: dict[str, object]) -> None:
    assert form(document, **variables).key == form(PLAIN).key


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        ("subscription Other { moveUpdates { cursor } }", {}),
        ("subscription Board { moveUpdates { cursor goneId } }", {}),
        ("subscription Board { welfareAlerts { cursor } }", {}),
        ("subscription Board($f: MoveUpdateFilter) { moveUpdates(filter: $f) { cursor } }", {"f": {"moveIds": []}}),
    ],
)
def test_whatever_else_differs_makes_one(document: str, variables: dict[str, object]) -> None:
    assert form(document, **variables).key != form(PLAIN).key


def test_a_variable_that_serves_for_something_else_too_is_kept() -> None:
    document = """
    subscription Board($after: Cursor) { ...Updates }
    fragment Updates on Subscription {
      moveUpdates(after: $after) { move { events(after: $after) { nodes { id } } } }
    }
    """
    found = form(document, after="x")
    assert found.variables == {"after": "x"}
    assert "moveUpdates {" in print_ast(found.document)
    assert "events(after: $after)" in print_ast(found.document)
    assert form(document, after="y").key != found.key


def test_nothing_that_depends_on_who_asks_can_be_reached_by_a_subscription() -> None:
    """Viewers of one standing share an answer: what is the viewer's own must not be part of it."""
    found: set[str] = set()
    pending: list[GraphQLNamedType] = [SCHEMA.type_map["Subscription"]]
    while pending:
        one = pending.pop()
        if one.name in found:
            continue
        found.add(one.name)
        if is_object_type(one) or is_interface_type(one):
            pending += [get_named_type(field.type) for field in one.fields.values()]
        elif is_union_type(one):
            pending += one.types
    assert "Move" in found
    assert "Viewer" not in found
