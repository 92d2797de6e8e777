"""From a request's text to an operation that may run: parsed, measured, validated, with its variables coerced."""

import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

import orjson
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    ValueNode,
    VisitorAction,
    parse,
    specified_rules,
    validate,
)
from graphql.execution.values import VariableValues
from graphql.language import SKIP
from graphql.utilities.validate_input_value import validate_input_literal
from graphql.validation import ASTValidationRule, ValuesOfCorrectTypeRule
from graphql.validation.rules.max_introspection_depth_rule import MaxIntrospectionDepthRule
from strawberry import Schema
from strawberry.extensions import SchemaExtension
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule
from strawberry.types.graphql import OperationType

from gateway.domain.errors import GatewayError
from gateway.execution.collecting import fragments_of
from gateway.transport.cost import ObjectEstimate
from gateway.transport.errors import DocumentError, DocumentErrors, ErrorCode
from gateway.transport.limits import Limits, broken_limits
from gateway.transport.variables import coerce_variables, expectation, type_at

QUOTED_LITERAL: Final = re.compile(r"(String|BlockString|Int|Float) ['\"].*", re.DOTALL)
SUGGESTION: Final = re.compile(r" Did you mean .*", re.DOTALL)
"""What one rule says even where suggestions are off: that a field with parts wants some of them selected."""
TOO_MANY_READ: Final = "Document contains more than"
TOO_DEEP_TO_READ: Final = "Document is nested too deeply"
"""How graphql-core words the two refusals of its parser that are not about syntax: they have no type of their own."""


class ValuesRule(ValuesOfCorrectTypeRule):
    """The specification's rule on literals, in words that do not quote them."""

    def is_valid_value_node(self, node: ValueNode, input_type: GraphQLInputType | None) -> VisitorAction:
        if input_type is not None:

            def report(error: GraphQLError, path: list[str | int]) -> None:
                self.report_error(_literal_error(error, input_type, path))

            validate_input_literal(node, input_type, report, hide_suggestions=True)
        return SKIP


class IntrospectionRule(MaxIntrospectionDepthRule):
    """The rule against introspection that goes round in circles, with a code of its own."""

    def report_error(self, error: GraphQLError) -> None:
        message = "Introspection may not go round in circles: types of fields of types."
        super().report_error(DocumentError(ErrorCode.INTROSPECTION_TOO_DEEP, message, nodes=error.nodes))


_MOST_KEPT: Final = 500
_LONGEST_KEPT: Final = 2_000
"""Bytes of an operation's variables."""

REPLACED_RULES: Final[Mapping[type[ASTValidationRule], type[ASTValidationRule]]] = {
    ValuesOfCorrectTypeRule: ValuesRule,
    MaxIntrospectionDepthRule: IntrospectionRule,
}
RULES: Final[tuple[type[ASTValidationRule], ...]] = (
    *(REPLACED_RULES.get(rule, rule) for rule in specified_rules),
    MaybeNullValidationRule,
    OneOfInputValidationRule,
)


@dataclass(frozen=True, slots=True)
class PreparedOperation:
    """An operation that may run. `variables` are coerced; the executor is to be given the raw ones all the same."""

    document: DocumentNode
    document_key: bytes
    """Stands for the document's text, wherever something is kept for when it comes again."""
    definition: OperationDefinitionNode
    kind: OperationType
    name: str | None
    variables: VariableValues


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """A valid document, and the digest of its text."""

    document: DocumentNode
    key: bytes


@dataclass(slots=True)
class Documents:
    """Prepares operations, and remembers the documents that were found valid, by their text.

    Only valid ones are kept, so that rubbish cannot push them out; they are bounded in number and in total length, as a
    parsed document can take four hundred times the memory of its text. One instance serves one schema.
    """

    limits: Limits
    _valid: OrderedDict[str, KnownDocument] = field(default_factory=OrderedDict, init=False)
    _characters: int = field(default=0, init=False)
    _prepared: OrderedDict[tuple[bytes, str | None, bytes], PreparedOperation] = field(
        default_factory=OrderedDict, init=False
    )

    def prepare(
        self, schema: GraphQLSchema, text: str, operation_name: str | None, variables: Mapping[str, object]
    ) -> PreparedOperation:
        """Return the operation to run. Raises DocumentErrors: all that can be wrong before anything is fetched.

        Boards ask the same again and again: what was found right is remembered with its variables, if those are short.
        """
        known = self._known(schema, text)
        given = _short(variables)
        if given is None:
            return self._prepare(schema, known, operation_name, variables)
        key = (known.key, operation_name, given)
        found = self._prepared.get(key)
        if found is None:
            found = self._prepared[key] = self._prepare(schema, known, operation_name, variables)
            if len(self._prepared) > _MOST_KEPT:
                self._prepared.popitem(last=False)
        else:
            self._prepared.move_to_end(key)
        return found

    def _prepare(
        self, schema: GraphQLSchema, known: KnownDocument, operation_name: str | None, variables: Mapping[str, object]
    ) -> PreparedOperation:
        document = known.document
        definition = _chosen(document, operation_name)
        coerced = coerce_variables(schema, definition, variables, max_errors=self.limits.errors)
        objects = ObjectEstimate(schema, self.limits, fragments_of(document), coerced.coerced).objects(definition)
        if objects > self.limits.objects:
            message = (
                f"This operation may fetch up to {objects} objects, and {self.limits.objects} is the limit. "
                "Ask for smaller pages, or for less within each."
                if objects < 10 * self.limits.objects
                else f"This operation may fetch far more than {self.limits.objects} objects, which is the limit. "
                "Ask for smaller pages, or for less within each."
            )
            raise DocumentErrors([DocumentError(ErrorCode.QUERY_TOO_EXPENSIVE, message, nodes=[definition])])
        name = definition.name.value if definition.name is not None else None
        return PreparedOperation(
            document, known.key, definition, OperationType(definition.operation.value), name, coerced
        )

    def document(self, schema: GraphQLSchema, text: str) -> DocumentNode:
        """Return the document, parsed, within the limits and valid. Raises DocumentErrors."""
        return self._known(schema, text).document

    def _known(self, schema: GraphQLSchema, text: str) -> KnownDocument:
        known = self._valid.get(text)
        if known is not None:
            self._valid.move_to_end(text)
            return known
        document = self._parsed(text)
        errors = broken_limits(document, self.limits)
        if not errors:
            found = validate(schema, document, RULES, max_errors=self.limits.errors, hide_suggestions=True)
            errors = [_validation_error(error) for error in found]
        if errors:
            raise DocumentErrors(errors)
        return self._remember(text, document)

    def extension(self) -> SchemaExtension:
        """Make the extension of one execution that spares it parsing and validation.

        `Schema(..., extensions=[documents.extension])` wires it up.
        """
        return PreparedDocument(self)

    def _parsed(self, text: str) -> DocumentNode:
        if len(text) > self.limits.document_characters:
            message = f"A document may have at most {self.limits.document_characters} characters."
            raise DocumentErrors([DocumentError(ErrorCode.DOCUMENT_TOO_LONG, message)])
        try:
            return parse(text, max_tokens=self.limits.tokens)
        except GraphQLSyntaxError as error:
            raise DocumentErrors([self._syntax_error(error)]) from None

    def _syntax_error(self, error: GraphQLSyntaxError) -> DocumentError:
        if TOO_MANY_READ in error.message:
            message = f"A document may have at most {self.limits.tokens} tokens."
            return DocumentError(ErrorCode.TOO_MANY_TOKENS, message)
        if TOO_DEEP_TO_READ in error.message:
            message = "The document is nested too deeply to be read."
            return DocumentError(ErrorCode.QUERY_TOO_DEEP, message, source=error.source, positions=error.positions)
        message = QUOTED_LITERAL.sub(r"\1.", error.message)
        return DocumentError(ErrorCode.GRAPHQL_PARSE_FAILED, message, source=error.source, positions=error.positions)

    def _remember(self, text: str, document: DocumentNode) -> KnownDocument:
        known = self._valid[text] = KnownDocument(document, blake2b(text.encode(), digest_size=16).digest())
        self._characters += len(text)
        while len(self._valid) > self.limits.cached_documents or self._characters > self.limits.cached_characters:
            oldest, _ = self._valid.popitem(last=False)
            self._characters -= len(oldest)
        return known


class PreparedDocument(SchemaExtension):
    """Hands the executor a document that is valid already, so that it neither parses nor validates again."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def on_parse(self) -> Iterator[None]:
        """Raise the first of a document's errors: whoever prepares an operation first never sees one here."""
        context = self.execution_context
        try:
            context.graphql_document = self._documents.document(core_schema(context.schema), context.query or "")
        except DocumentErrors as refusal:
            raise refusal.errors[0] from None
        context.validation_rules = ()
        yield


def core_schema(schema: Schema) -> GraphQLSchema:
    """Return the graphql-core schema beneath a Strawberry one, which has no public name."""
    return schema._schema  # noqa: SLF001


def _short(variables: Mapping[str, object]) -> bytes | None:
    """Write variables down, where they are few."""
    try:
        written = orjson.dumps(variables)
    except TypeError:  # nested too deeply, or numbers too large: coercion says what is wrong with them
        return None
    return written if len(written) <= _LONGEST_KEPT else None


def _chosen(document: DocumentNode, operation_name: str | None) -> OperationDefinitionNode:
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if operation_name is None:
        if len(operations) == 1:
            return operations[0]
        message = "The document holds several operations: operationName must say which one is to run."
    else:
        for operation in operations:
            if operation.name is not None and operation.name.value == operation_name:
                return operation
        message = "The document has no operation of the name that operationName gives."
    raise DocumentErrors([DocumentError(ErrorCode.OPERATION_RESOLUTION_FAILURE, message)])


def _validation_error(error: GraphQLError) -> DocumentError:
    if isinstance(error, DocumentError):
        return error
    message = SUGGESTION.sub("", error.message)
    return DocumentError(ErrorCode.GRAPHQL_VALIDATION_FAILED, message, nodes=error.nodes)


def _literal_error(error: GraphQLError, type_: GraphQLInputType, path: list[str | int]) -> DocumentError:
    cause = error.original_error
    if isinstance(cause, GatewayError):
        return DocumentError(ErrorCode.BAD_USER_INPUT, cause.message, nodes=error.nodes)
    where = ".".join(str(key) for key in path)
    message = f"Expected a value {expectation(type_at(type_, path))}{f' at {where}' if where else ''}."
    return DocumentError(ErrorCode.GRAPHQL_VALIDATION_FAILED, message, nodes=error.nodes)
