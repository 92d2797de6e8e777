"""Plans: compiled operations, kept within bounds, and made only for documents that come again."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import structlog
from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, OperationType
from graphql.execution.values import VariableValues
from strawberry import Schema

from gateway.context import Context
from gateway.execution.collecting import NotCompiled, Selections, deciding_variables, fragments_of
from gateway.execution.fields import Given
from gateway.execution.running import Arguments, Run, RunInfo
from gateway.execution.writing import Made, Writer
from gateway.resolvers.relations import Derived, Relation

_log: Final[structlog.stdlib.BoundLogger] = structlog.stdlib.get_logger(__name__)

Key = TypeVar("Key")
Value = TypeVar("Value")

PLANS: Final = 1_000
CHARACTERS: Final = 8_000_000
"""Of generated source, in all plans together. A plan takes some ten times the memory of its source."""
READ: Final = 8
"""Sets of variables for which a plan keeps the arguments that they make."""
WATCHED: Final = 4_000
"""Operations of which it is known how often they came."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled operation."""

    run: Callable[[Run, object], Awaitable[dict[str, Any]]] = field(repr=False)
    given: list[Given]
    relations: list[Made]
    characters: int
    _read: OrderedDict[int, tuple[VariableValues, list[Arguments]]] = field(default_factory=OrderedDict, repr=False)

    async def answer(self, context: Context, variables: VariableValues, root: object = None) -> dict[str, Any]:
        """Return the data for a root value. Raises whatever is not plain sailing."""
        arguments = self._arguments(variables)
        relations: list[Relation[Any, Any, Any]] = []
        views: list[Callable[[Any, Any], Any] | None] = []
        for made in self.relations:
            declared = made.declared
            if declared is None and made.maker is not None and made.given is not None:
                declared = made.maker(**made.given.read(variables))
            if isinstance(declared, Derived):
                relations.append(declared.relation)
                views.append(declared.view)
            elif declared is not None:
                relations.append(declared)
                views.append(None)
        return await self.run(Run(RunInfo(context), arguments, relations, views), root)

    def _arguments(self, variables: VariableValues) -> list[Arguments]:
        """Read the arguments of fields; once for variables that come again as the same object."""
        known = self._read.get(id(variables))
        if known is not None and known[0] is variables:
            return known[1]
        arguments = [one.read(variables) for one in self.given]
        self._read[id(variables)] = variables, arguments
        if len(self._read) > READ:
            self._read.popitem(last=False)
        return arguments


class Plans:
    """The plans of one schema.

    An operation is compiled when it comes for the time that is set: who sends a new one each time gets no plan made,
    and pushes out nobody's. What cannot be compiled is remembered too. All memories are bounded, the oldest go first.
    """

    def __init__(self, schema: Schema, *, at_use: int) -> None:
        """Make an empty memory. Operations are compiled at their `at_use`-th coming, never where that is 0."""
        self._schema = schema
        self._at_use = at_use
        self._plans: OrderedDict[Hashable, Plan | None] = OrderedDict()
        self._uses: OrderedDict[Hashable, int] = OrderedDict()
        self._deciding: OrderedDict[bytes, tuple[str, ...]] = OrderedDict()
        self.characters = 0
        self.compiled = 0
        """How many operations were compiled, or tried."""

    def __len__(self) -> int:
        return len(self._plans)

    @property
    def watched(self) -> int:
        """How many operations are remembered that have no plan yet."""
        return len(self._uses)

    def find(
        self, key: bytes, document: DocumentNode, operation: OperationDefinitionNode, variables: VariableValues
    ) -> Plan | None:
        """Return the plan of an operation; None where graphql-core is to answer it. `key` stands for the document."""
        if operation.operation is OperationType.MUTATION or not self._at_use:
            return None
        deciding = tuple(variables.coerced.get(name) for name in self._variables_of(key, document))
        known_by = (key, operation.name.value if operation.name else None, deciding)
        if known_by in self._plans:
            self._plans.move_to_end(known_by)
            return self._plans[known_by]
        uses = self._uses.pop(known_by, 0) + 1
        if uses < self._at_use:
            _remember(self._uses, known_by, uses)
            return None
        return self._keep(known_by, self._compiled(document, operation, variables))

    def _variables_of(self, key: bytes, document: DocumentNode) -> tuple[str, ...]:
        known = self._deciding.get(key)
        if known is None:
            known = deciding_variables(document)
            _remember(self._deciding, key, known)
        return known

    def _keep(self, key: Hashable, plan: Plan | None) -> Plan | None:
        self._plans[key] = plan
        self.characters += 0 if plan is None else plan.characters
        while len(self._plans) > PLANS or self.characters > CHARACTERS:
            self._drop(next(iter(self._plans)))
        return plan

    def _drop(self, key: Hashable) -> None:
        plan = self._plans.pop(key)
        self.characters -= 0 if plan is None else plan.characters

    def _compiled(
        self, document: DocumentNode, operation: OperationDefinitionNode, variables: VariableValues
    ) -> Plan | None:
        self.compiled += 1
        try:
            return compiled(self._schema, document, operation, variables)
        except (NotCompiled, GraphQLError):
            return None
        except Exception as error:  # noqa: BLE001 - graphql-core answers it then, as if there were no plans
            _log.warning("operation_not_compiled", error=type(error).__name__)
            return None


def _remember(memory: OrderedDict[Key, Value], key: Key, value: Value) -> None:
    memory[key] = value
    while len(memory) > WATCHED:
        memory.popitem(last=False)


def compiled(
    schema: Schema, document: DocumentNode, operation: OperationDefinitionNode, variables: VariableValues
) -> Plan:
    """Compile a valid operation, for such values as its variables have where they decide what is skipped.

    Raises:
        NotCompiled: something in it is left to graphql-core.
        GraphQLError: an argument that is written out cannot be used.

    """
    core = schema._schema  # noqa: SLF001 - it has no public name
    is_stream = operation.operation is OperationType.SUBSCRIPTION
    root = core.subscription_type if is_stream else core.query_type
    if root is None or operation.directives:
        raise NotCompiled
    selections = Selections(core, fragments_of(document), variables.coerced)
    written = Writer(schema, core, selections).write(operation, root, is_stream=is_stream)
    names = dict(written.names)
    exec(compile(written.source, "<compiled operation>", "exec"), names)  # noqa: S102 - written by us: see `writing`
    run: Any = names["run"]
    return Plan(run, written.given, written.relations, len(written.source))
