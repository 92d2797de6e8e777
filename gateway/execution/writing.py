"""Writes the Python that answers an operation.

Each level of relations becomes one coroutine function: it takes the objects above, fetches what they lead to with one
question, and makes their dictionaries in one loop, everything that needs no question included. So a run has as many
awaits as there are relations in its document, however many objects they lead to.

What is written is put together from names of this module's own and from values in its namespace; of the document only
response names get in, as string literals.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from graphql import (
    FieldNode,
    GraphQLAbstractType,
    GraphQLField,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    is_abstract_type,
    is_leaf_type,
    is_object_type,
)
from strawberry import Schema

from gateway.execution.classes import Classes, Concrete
from gateway.execution.collecting import NotCompiled, Selections, selection_sets
from gateway.execution.fields import Attribute, Given, Related, Resolved, given_of, way_of
from gateway.execution.leaves import leaf_of
from gateway.execution.running import Declared, Irregular, all_of, together
from gateway.services.loaders import MISSING

LONGEST_SOURCE: Final = 400_000
"""Characters of Python; a document that takes more is left to graphql-core."""
_TYPENAME: Final = "__typename"
_STEP: Final = "    "


@dataclass(frozen=True, slots=True)
class Made:
    """A relation of a plan: declared, or to be made of its field's arguments at each run."""

    declared: Declared | None
    maker: Callable[..., Declared] | None
    given: Given | None


@dataclass(frozen=True, slots=True)
class Written:
    """A plan's source, what its names mean, and what each of its runs has to be given."""

    source: str
    names: dict[str, object]
    given: list[Given]
    relations: list[Made]


@dataclass(slots=True)
class _Function:
    """A function that is being written. `groups` are the numbers of those that are called at its end.

    To a group go the dictionaries that await a field (W), the keys it is asked by (K) or the objects whose it is (O).
    """

    lines: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    depth: int = 1
    uses_info: bool = False

    def add(self, line: str) -> None:
        self.lines.append(_STEP * self.depth + line)

    def open(self, line: str) -> None:
        """Begin a block that goes on to the end of the function's own part."""
        self.add(line)
        self.depth += 1

    @contextmanager
    def indented(self, line: str) -> Iterator[None]:
        self.open(line)
        yield
        self.depth -= 1


class Writer:
    """Writes one operation."""

    def __init__(self, schema: Schema, core: GraphQLSchema, selections: Selections) -> None:
        self._schema = schema
        self._core = core
        self._selections = selections
        self._names: dict[str, object] = {
            "Irregular": Irregular,
            "MISSING": MISSING,
            "together": together,
            "all_of": all_of,
        }
        self._known: dict[Hashable, str] = {}
        self._given: list[Given] = []
        self._relations: list[Made] = []
        self._functions: list[str] = []
        self._count = 0
        self._length = 0

    def write(self, operation: OperationDefinitionNode, root: GraphQLObjectType, *, is_stream: bool) -> Written:
        """Write `run(R, v)`, which returns the data for a root value. The fields of a stream's root are that value.

        Raises:
            NotCompiled: something is left to graphql-core.
            GraphQLError: an argument cannot be used.

        """
        body = _Function()
        if is_stream:
            fields = self._selections.fields(root, [operation.selection_set])
            made = self._stream(body, root, fields)
        else:
            made = self._object(body, "v", root, [operation.selection_set])
        self._end(body, f"return {made}")
        self._functions.append(self._function("run", "R, v", body))
        return Written("\n".join(self._functions), self._names, self._given, self._relations)

    def _stream(self, to: _Function, root: GraphQLObjectType, fields: Mapping[str, list[FieldNode]]) -> str:
        parts = []
        for name, nodes in fields.items():
            if nodes[0].name.value == _TYPENAME:
                parts.append(f"{name!r}: {root.name!r}")
                continue
            written = self._value(to, "v", self._field(root, nodes[0]).type, selection_sets(nodes))
            parts.append(f"{name!r}: {written}")
        made = self._new("d")
        to.add(f"{made} = {{{', '.join(parts)}}}")
        return made

    def _object(self, to: _Function, var: str, type_: GraphQLObjectType, sets: Iterable[SelectionSetNode]) -> str:
        """Write what makes an object's dictionary, and return the name that holds it."""
        parts: list[str] = []
        later: list[tuple[str, GraphQLField, list[FieldNode], Resolved | Related]] = []
        for name, nodes in self._selections.fields(type_, sets).items():
            first = nodes[0]
            if first.name.value == _TYPENAME:
                parts.append(f"{name!r}: {type_.name!r}")
                continue
            definition = self._field(type_, first)
            way = way_of(definition)
            if isinstance(way, Related) or (isinstance(way, Resolved) and way.is_async):
                later.append((name, definition, nodes, way))
                parts.append(f"{name!r}: None")
                continue
            value = self._fetched(to, var, definition, first, way)
            parts.append(f"{name!r}: {self._value(to, value, definition.type, selection_sets(nodes))}")
        made = self._new("d")
        to.add(f"{made} = {{{', '.join(parts)}}}")
        for name, definition, nodes, way in later:
            self._postpone(to, var, made, name, definition, nodes, way)
        return made

    def _field(self, type_: GraphQLObjectType, node: FieldNode) -> GraphQLField:
        found: GraphQLField | None = type_.fields.get(node.name.value)
        if found is None:  # introspection
            raise NotCompiled
        return found

    def _fetched(
        self, to: _Function, var: str, definition: GraphQLField, node: FieldNode, way: Attribute | Resolved
    ) -> str:
        """Return the expression of a field's value, which needs no waiting."""
        if isinstance(way, Attribute):
            return f"{var}.{way.name}"
        if way.takes == (way.root, way.info) and not definition.args:
            to.uses_info = True
            return f"{self._name('f', way.call, way.call)}({var}, I)"
        given = [] if way.root is None else [f"{way.root}={var}"]
        if way.root is not None and way.info is None and not definition.args:
            given = [var]
        if way.info is not None:
            given.append(f"{way.info}=R.info")
        if definition.args:
            given.append(f"**{self._arguments(definition, node)}")
        return f"{self._name('f', way.call, way.call)}({', '.join(given)})"

    def _value(self, to: _Function, value: str, type_: GraphQLOutputType, sets: Sequence[SelectionSetNode]) -> str:
        """Write what completes a value, given as an expression, and return the expression of the result."""
        nullable = not isinstance(type_, GraphQLNonNull)
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if is_leaf_type(inner):
            return self._leaf(value, inner, nullable=nullable)
        var, made = self._new("v"), self._new("x")
        to.add(f"{var} = {value}")
        with to.indented(f"if {var} is None:"):
            to.add(f"{made} = None" if nullable else "raise Irregular")
        with to.indented("else:"):
            if isinstance(inner, GraphQLList):
                self._list(to, var, made, inner, sets)
            elif is_object_type(inner):
                self._checked(to, var, inner)
                to.add(f"{made} = {self._object(to, var, inner, sets)}")
            elif is_abstract_type(inner):
                self._abstract(to, var, made, inner, sets)
            else:
                raise NotCompiled
        return made

    def _leaf(self, value: str, type_: GraphQLLeafType, *, nullable: bool) -> str:
        leaf = leaf_of(type_, nullable=nullable)
        complete = self._name("c", leaf.complete, (type_.name, nullable))
        if leaf.plain is None:
            return f"{complete}({value})"
        plain = self._name("p", leaf.plain, leaf.plain)
        if leaf.bounds is not None:
            least, most = leaf.bounds
            return f"(t if type(t := {value}) is {plain} and {least} <= t <= {most} else {complete}(t))"
        if leaf.attribute is not None:
            return f"(t.{leaf.attribute} if type(t := {value}) is {plain} else {complete}(t))"
        if leaf.write is None:
            none = " or t is None" if nullable else ""
            return f"(t if type(t := {value}) is {plain}{none} else {complete}(t))"
        write = self._name("w", leaf.write, ("write", type_.name))
        written = f"{write}[t]" if isinstance(leaf.write, dict) else f"{write}(t)"
        return f"({written} if type(t := {value}) is {plain} else {complete}(t))"

    def _list(
        self,
        to: _Function,
        var: str,
        made: str,
        type_: GraphQLList[GraphQLOutputType],
        sets: Sequence[SelectionSetNode],
    ) -> None:
        with to.indented(f"if type({var}) is not list and type({var}) is not tuple:"):
            to.add("raise Irregular")
        each = self._new("e")
        to.add(f"{made} = []")
        with to.indented(f"for {each} in {var}:"):
            to.add(f"{made}.append({self._value(to, each, type_.of_type, sets)})")

    def _checked(self, to: _Function, var: str, type_: GraphQLObjectType) -> None:
        if type_.is_type_of is not None:
            known = self._name("k", Classes(type_), ("classes", type_.name))
            to.add(f"type({var}) in {known} or {known}.look_at({var})")

    def _abstract(
        self,
        to: _Function,
        var: str,
        made: str,
        type_: GraphQLAbstractType,
        sets: Sequence[SelectionSetNode],
    ) -> None:
        possible = self._core.get_possible_types(type_)
        which = self._name("k", Concrete(possible), ("concrete", type_.name))
        number = self._new("n")
        to.add(f"{number} = {which}.of({var})")
        for position, one in enumerate(possible):
            with to.indented(f"{'el' if position else ''}if {number} == {position}:"):
                to.add(f"{made} = {self._object(to, var, one, sets)}")
        with to.indented("else:"):
            to.add("raise Irregular")

    def _postpone(
        self,
        to: _Function,
        var: str,
        made: str,
        name: str,
        definition: GraphQLField,
        nodes: list[FieldNode],
        way: Resolved | Related,
    ) -> None:
        """Have a field asked for later, together with those of all other objects of its level."""
        number = self._next()
        body = _Function()
        to.add(f"W{number}.append({made})")
        if isinstance(way, Related):
            self._related(to, body, number, self._declared_at(definition, nodes[0], way), way)
            to.add(f"K{number}.append(key{number}({var}))")
        else:
            self._awaited(body, definition, nodes[0], way)
        if isinstance(way, Resolved) or way.derives:
            to.add(f"O{number}.append({var})")
        body.add(f"d[{name!r}] = {self._value(body, 'v', definition.type, selection_sets(nodes))}")
        self._end(body, None)
        self._functions.append(self._function(f"g{number}", "R, W, K, O", body))
        to.groups.append(number)

    def _related(self, to: _Function, body: _Function, number: int, place: int, way: Related) -> None:
        """Write what fetches the other side of a relation."""
        to.heads.append(f"key{number} = R.relations[{place}].key")
        body.add(f"relation = R.relations[{place}]")
        body.add("missing = relation.missing")
        body.add("found = await R.related(relation, K)")
        derives = way.derives
        if derives:
            body.add(f"view = R.views[{place}]")
        body.open(f"for d, k{', o' if derives else ''} in zip(W, K{', O' if derives else ''}):")
        body.add("v = missing if k is None else found[k]")
        with body.indented("if v is MISSING:"):
            body.add("v = missing")
        with body.indented("elif isinstance(v, Exception):"):
            body.add("raise Irregular")
        if derives:
            body.add("v = view(o, v)")

    def _awaited(self, body: _Function, definition: GraphQLField, node: FieldNode, way: Resolved) -> None:
        """Write what calls an ordinary asynchronous resolver for each object."""
        given = [] if way.info is None else [f"{way.info!r}: R.info"]
        if definition.args:
            given.append(f"**{self._arguments(definition, node)}")
        call = self._name("f", way.call)
        body.add(f"found = await all_of({call}, {way.root!r}, O, {{{', '.join(given)}}})")
        body.open("for d, v in zip(W, found):")

    def _declared_at(self, definition: GraphQLField, node: FieldNode, way: Related) -> int:
        """Return the place of a relation among those of the run."""
        made = Made(way.declared, way.maker, None)
        if way.maker is not None:
            given = given_of(self._schema, definition, node)
            constant = given.constant
            made = Made(None, way.maker, given) if constant is None else Made(way.maker(**constant), None, None)
        self._relations.append(made)
        return len(self._relations) - 1

    def _arguments(self, definition: GraphQLField, node: FieldNode) -> str:
        given = given_of(self._schema, definition, node)
        if given.constant is not None:
            return self._name("a", given.constant)
        self._given.append(given)
        return f"R.arguments[{len(self._given) - 1}]"

    def _end(self, body: _Function, result: str | None) -> None:
        """Have everything waited for that was put off, all groups side by side."""
        body.depth = 1
        numbers = body.groups
        if len(numbers) == 1:
            with body.indented(f"if W{numbers[0]}:"):
                body.add(f"await {_call(numbers[0])}")
        elif numbers:
            body.add("parts = []")
            for number in numbers:
                with body.indented(f"if W{number}:"):
                    body.add(f"parts.append({_call(number)})")
            body.add("await together(parts)")
        if result is not None:
            body.add(result)

    def _function(self, name: str, parameters: str, body: _Function) -> str:
        heads = [*(f"W{one} = []; K{one} = []; O{one} = []" for one in body.groups), *body.heads]
        if body.uses_info:
            heads.append("I = R.info")
        source = "\n".join([f"async def {name}({parameters}):", *(_STEP + head for head in heads), *body.lines])
        self._length += len(source)
        if self._length > LONGEST_SOURCE:
            raise NotCompiled
        return source

    def _name(self, letter: str, value: object, key: Hashable | None = None) -> str:
        """Return the name of a value; values of one key share theirs."""
        known = None if key is None else self._known.get(key)
        if known is None:
            known = f"{letter}{self._next()}_"
            self._names[known] = value
            if key is not None:
                self._known[key] = known
        return known

    def _new(self, letter: str) -> str:
        return f"{letter}{self._next()}"

    def _next(self) -> int:
        self._count += 1
        return self._count


def _call(number: int) -> str:
    return f"g{number}(R, W{number}, K{number}, O{number})"
