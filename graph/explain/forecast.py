"""What the operations of a document would call for a made-up customer: for an app's documents, before it ships."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, OperationType

from graph.context import Context, Limits
from graph.explain.rehearsal import Question, Rehearsal, rehearse
from graph.explain.variables import made_up_conditions, made_up_variables
from graph.limits.checked import DocumentCheck
from graph.schema import Schema
from resolvers.access import EVERYONE_IS_STAFF
from resolvers.gateway import Gateway
from resolvers.model.errors import CallBudgetExceeded
from resolvers.model.operation import Operation

_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why a document cannot run, and where in it; both count from 1."""

    message: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Forecast:
    """One operation's calls by source; None for a write, which is not rehearsed. With mistakes, nothing is known."""

    operation: str
    calls: Mapping[str, int] | None = None
    mistakes: Sequence[Mistake] = field(default=())


class Forecaster:
    """Rehearses documents for a customer with an account at each source. `gateway` has stand-ins for sources.

    `introspection` is whether clients may ask for the schema; who wrote a document is told the names in it either way.
    """

    def __init__(
        self, schema: Schema, gateway: Gateway, limits: Limits, type_prefix: str, *, introspection: bool
    ) -> None:
        self._schema, self._gateway, self._limits, self._type_prefix = schema, gateway, limits, type_prefix
        self._checks = schema.check, DocumentCheck(limits, introspection=introspection)

    async def forecasts(self, text: str) -> list[Forecast]:
        """One for each operation of the document, in its order."""
        try:
            document = self._schema.check.read(text).document
        except GraphQLError as error:
            return [Forecast("", mistakes=_mistakes([error]))]
        operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        if not operations:
            return [Forecast("", mistakes=[Mistake("The document has no operation.")])]
        return [await self._forecast(text, document, operation) for operation in operations]

    async def _forecast(self, text: str, document: DocumentNode, operation: OperationDefinitionNode) -> Forecast:
        """The most calls that it makes, whatever source its variables' ids are of, and whatever is included."""
        name = operation.name.value if operation.name else ""
        invalid = self._invalid(text, name or None)
        if invalid or operation.operation is not OperationType.QUERY:
            return Forecast(name, mistakes=_mistakes(invalid))
        conditions = [*made_up_conditions(document, operation)]
        most: Counter[str] = Counter()
        for source in sorted(self._gateway.sources) or [""]:
            made_up = made_up_variables(self._schema._schema, document, operation, source, self._type_prefix)
            has_variables = not made_up.keys() <= conditions[0].keys()
            for condition in conditions:
                question = Question(text, made_up | condition, name or None)
                rehearsal = await rehearse(self._schema, question, self._context(), self._gateway)
                if mistakes := _mistakes(_own(rehearsal, has_variables=has_variables)):
                    return Forecast(name, mistakes=mistakes)
                calls = Counter(call.source for call in rehearsal.operation.calls)
                most = max(most, calls, key=Counter.total)
            if not has_variables:
                break
        return Forecast(name, most)

    def _invalid(self, text: str, name: str | None) -> list[GraphQLError]:
        """What forbids the operation whatever its variables are: as the schema names it, else what clients may not."""
        schema = self._schema._schema
        errors = (check.errors(schema, check.read(text), name, {}) for check in self._checks)
        return next(filter(None, errors), [])

    def _context(self) -> Context:
        operation = Operation.within(_SECONDS, self._limits.upstream_calls)
        return Context(
            session=self._gateway.session(EVERYONE_IS_STAFF, operation),
            limits=self._limits,
            today=lambda: datetime.now(UTC).date(),
            type_prefix=self._type_prefix,
            document_link=lambda _invoice, _customer: "",
        )


def _own(rehearsal: Rehearsal, *, has_variables: bool) -> list[GraphQLError]:
    """The document's own mistakes: what a resolver did not like may be the variables, which are ours."""
    if rehearsal.is_refused or not has_variables:
        return list(rehearsal.errors)
    return [error for error in rehearsal.errors if isinstance(error.original_error, CallBudgetExceeded)]


def _mistakes(errors: Sequence[GraphQLError]) -> list[Mistake]:
    """Each with its first place, the same sentence at the same place once."""
    places = ((error.message, next(iter(error.locations or ()), None)) for error in errors)
    told = (
        Mistake(message) if place is None else Mistake(message, place.line, place.column) for message, place in places
    )
    return list(dict.fromkeys(told))
