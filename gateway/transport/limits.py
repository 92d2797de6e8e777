"""What one document may ask for, checked before the rules of the GraphQL specification see it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    Node,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from gateway.transport.errors import DocumentError, ErrorCode

INTROSPECTION_ROOTS: Final = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds on one request. Counts of a document are taken with all fragments written out.

    GraphiQL's introspection query, the largest document that every gateway has to answer, keeps well within each.

    - `url_bytes` stays well below what the HTTP parser takes, so that a longer URL is told what is wrong with it
    - `json_values` counts whatever stands in the variables, `json_entries` what one list or object of theirs holds: to
      coerce a value, or to say why it cannot be used, costs far more than to read it
    - `fields` counts all of an operation's, `repeats` those that ask for the same place of the answer
    - `depth` counts fields within fields; those of introspection have a bound of their own
    - `objects` bounds the estimate of cost.py, for which a page without `first` or `last` has `default_page_size`
      entries and any other list `assumed_list_size`
    - `errors` is how many mistakes of a document are reported at once
    - `cached_documents` and `cached_characters` bound the documents that are kept parsed
    """

    body_bytes: int = 1024 * 1024
    url_bytes: int = 32_768
    body_seconds: float = 10.0
    operation_seconds: float = 15.0
    json_depth: int = 64
    json_values: int = 20_000
    json_entries: int = 1_000
    document_characters: int = 32_768
    tokens: int = 2_000
    depth: int = 15
    introspection_depth: int = 20
    fields: int = 1_000
    root_fields: int = 20
    aliases: int = 30
    directives: int = 50
    directives_in_one_place: int = 5
    objects: int = 20_000
    default_page_size: int = 20
    assumed_list_size: int = 10
    repeats: int = 30
    errors: int = 10
    cached_documents: int = 500
    cached_characters: int = 250_000


@dataclass(slots=True)
class Shape:
    """The counts of one operation or fragment. Depths count fields, the outermost as 1."""

    fields: int = 0
    top_fields: int = 0
    aliases: int = 0
    depth: int = 0
    introspection_depth: int = 0


def broken_limits(document: DocumentNode, limits: Limits) -> list[DocumentError]:
    """Return what is too much about a document, in time that grows with its length and no faster.

    A fragment is measured once however often it is spread, so that fragments that double one another cost nothing to
    refuse. One that spreads itself counts as empty at that place: validation refuses it afterwards.
    """
    errors = _directive_errors(document, limits)
    shapes = _fragment_shapes(document)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            shape = _measure(definition.selection_set, shapes)
            errors += _shape_errors(definition, shape, limits)
    return errors or _repeat_errors(document, limits)


def _shape_errors(operation: OperationDefinitionNode, shape: Shape, limits: Limits) -> list[DocumentError]:
    checks = (
        (ErrorCode.QUERY_TOO_DEEP, "fields nested", shape.depth, limits.depth),
        (
            ErrorCode.INTROSPECTION_TOO_DEEP,
            "introspection fields nested",
            shape.introspection_depth,
            limits.introspection_depth,
        ),
        (ErrorCode.TOO_MANY_FIELDS, "fields", shape.fields, limits.fields),
        (ErrorCode.TOO_MANY_ROOT_FIELDS, "root fields", shape.top_fields, limits.root_fields),
        (ErrorCode.TOO_MANY_ALIASES, "aliases", shape.aliases, limits.aliases),
    )
    return [
        DocumentError(code, f"An operation may have at most {limit} {noun}.", nodes=[operation])
        for code, noun, count, limit in checks
        if count > limit
    ]


@dataclass(slots=True)
class Place:
    """A place in the answer, and how often the document asks for it."""

    count: int = 0
    places: "dict[str, Place]" = field(default_factory=dict)


def _repeat_errors(document: DocumentNode, limits: Limits) -> list[DocumentError]:
    """Refuse a field that is asked for again and again at one place of the answer.

    The rule that such fields must agree compares each with each: without this bound five hundred of them take half a
    second of validation. Writes fragments out, which is safe once the number of fields has been found good.
    """
    fragments = {
        definition.name.value: definition.selection_set
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    for definition in document.definitions:
        if not isinstance(definition, OperationDefinitionNode):
            continue
        pending: list[tuple[SelectionSetNode, Place, tuple[str, ...]]] = [(definition.selection_set, Place(), ())]
        while pending:
            selection_set, parent, spread_from = pending.pop()
            for selection in selection_set.selections:
                if isinstance(selection, FragmentSpreadNode):
                    name = selection.name.value
                    if name in fragments and name not in spread_from:
                        pending.append((fragments[name], parent, (*spread_from, name)))
                    continue
                place = parent
                if isinstance(selection, FieldNode):
                    place = parent.places.setdefault((selection.alias or selection.name).value, Place())
                    place.count += 1
                    if place.count > limits.repeats:
                        message = f"One field may be asked for at most {limits.repeats} times in the same place."
                        return [DocumentError(ErrorCode.TOO_MANY_FIELDS, message, nodes=[selection])]
                if (nested := _nested(selection)) is not None:
                    pending.append((nested, place, spread_from))
    return []


def _directive_errors(document: DocumentNode, limits: Limits) -> list[DocumentError]:
    total = 0
    for node in _nodes(document):
        directives: tuple[DirectiveNode, ...] = getattr(node, "directives", None) or ()
        total += len(directives)
        if len(directives) > limits.directives_in_one_place:
            message = f"At most {limits.directives_in_one_place} directives may stand in one place."
            return [DocumentError(ErrorCode.TOO_MANY_DIRECTIVES, message, nodes=[node])]
    if total > limits.directives:
        message = f"A document may have at most {limits.directives} directives."
        return [DocumentError(ErrorCode.TOO_MANY_DIRECTIVES, message)]
    return []


def _nodes(document: DocumentNode) -> Iterator[Node]:
    """Walk the nodes that can carry directives, without recursion."""
    for definition in document.definitions:
        yield definition
        yield from getattr(definition, "variable_definitions", None) or ()
        pending: list[SelectionSetNode | None] = [getattr(definition, "selection_set", None)]
        while pending:
            selection_set = pending.pop()
            if selection_set is not None:
                yield from selection_set.selections
                pending += [getattr(selection, "selection_set", None) for selection in selection_set.selections]


def _fragment_shapes(document: DocumentNode) -> dict[str, Shape]:
    """Measure fragments, each after those that it spreads."""
    fragments = {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    shapes: dict[str, Shape] = {}
    for root, fragment in fragments.items():
        open_fragments = {root: iter(_spreads(fragment))} if root not in shapes else {}
        while open_fragments:
            name, spreads = next(reversed(open_fragments.items()))
            for spread in spreads:
                if spread in fragments and spread not in shapes and spread not in open_fragments:
                    open_fragments[spread] = iter(_spreads(fragments[spread]))
                    break
            else:
                del open_fragments[name]
                shapes[name] = _measure(fragments[name].selection_set, shapes)
    return shapes


def _spreads(fragment: FragmentDefinitionNode) -> list[str]:
    names: list[str] = []
    pending = [fragment.selection_set]
    while pending:
        for selection in pending.pop().selections:
            if isinstance(selection, FragmentSpreadNode):
                names.append(selection.name.value)
            elif (nested := _nested(selection)) is not None:
                pending.append(nested)
    return names


def _measure(selection_set: SelectionSetNode, fragments: dict[str, Shape]) -> Shape:
    shape = Shape()
    pending: list[tuple[SelectionSetNode, int, int]] = [(selection_set, 0, 0)]
    while pending:
        current, depth, introspection_depth = pending.pop()
        for selection in current.selections:
            if isinstance(selection, FieldNode):
                _add_field(shape, selection, depth, introspection_depth, pending)
            elif isinstance(selection, FragmentSpreadNode):
                spread = fragments.get(selection.name.value)
                if spread is not None:
                    _add_spread(shape, spread, depth, introspection_depth)
            elif (nested := _nested(selection)) is not None:
                pending.append((nested, depth, introspection_depth))
    return shape


def _add_field(
    shape: Shape,
    node: FieldNode,
    depth: int,
    introspection_depth: int,
    pending: list[tuple[SelectionSetNode, int, int]],
) -> None:
    """Count one field. Inside introspection only that depth grows, outside of it only the other."""
    shape.fields += 1
    shape.aliases += node.alias is not None
    if depth == 0 and introspection_depth == 0:
        shape.top_fields += 1
    if introspection_depth or node.name.value in INTROSPECTION_ROOTS:
        introspection_depth += 1
        shape.introspection_depth = max(shape.introspection_depth, introspection_depth)
    else:
        depth += 1
        shape.depth = max(shape.depth, depth)
    if node.selection_set is not None:
        pending.append((node.selection_set, depth, introspection_depth))


def _add_spread(shape: Shape, spread: Shape, depth: int, introspection_depth: int) -> None:
    shape.fields += spread.fields
    shape.aliases += spread.aliases
    if depth == 0 and introspection_depth == 0:
        shape.top_fields += spread.top_fields
    if introspection_depth:
        below = max(spread.depth, spread.introspection_depth)
        shape.introspection_depth = max(shape.introspection_depth, introspection_depth + below)
    else:
        shape.depth = max(shape.depth, depth + spread.depth)
        shape.introspection_depth = max(shape.introspection_depth, spread.introspection_depth)


def _nested(selection: SelectionNode) -> SelectionSetNode | None:
    nested: SelectionSetNode | None = getattr(selection, "selection_set", None)
    return nested
