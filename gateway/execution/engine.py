"""The engine: answers an operation by its plan where it has one, and has graphql-core do what is not plain sailing."""

from collections.abc import Awaitable, Callable

from graphql import DocumentNode, OperationDefinitionNode
from graphql.execution.values import VariableValues
from strawberry.types import ExecutionResult

from gateway.context import Context
from gateway.execution.plans import Plans
from gateway.services.loaders import SETTLING_TURNS, TURNS_OF_A_PLAN


class Engine:
    """Answers queries and single events of subscriptions. Mutations are never run by a plan, which may be left."""

    def __init__(self, plans: Plans) -> None:
        self.plans = plans
        self.answered = 0
        """Operations that a plan answered."""
        self.left = 0
        """Those whose plan was left for graphql-core."""

    async def answer(
        self,
        key: bytes,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: VariableValues,
        context: Context,
        otherwise: Callable[[], Awaitable[ExecutionResult]],
        *,
        root: object = None,
    ) -> ExecutionResult:
        """Answer a valid operation; `key` stands for its document.

        `otherwise` runs all of it under graphql-core. It finds what the plan has loaded, failures included, with the
        context's loaders, and so asks no other system twice. Reads of the store that are no relation are repeated.
        """
        plan = self.plans.find(key, document, operation, variables)
        if plan is None:
            return await otherwise()
        loaders = context.loaders
        loaders.settling_turns = TURNS_OF_A_PLAN
        try:
            data = await plan.answer(context, variables, root)
        except Exception:  # noqa: BLE001 - whatever it is, graphql-core comes upon it again, and says what becomes of it
            self.left += 1
            loaders.settling_turns = SETTLING_TURNS
            return await otherwise()
        self.answered += 1
        return ExecutionResult(data=data, errors=None)
