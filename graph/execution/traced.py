"""The executor of an operation whose fields are measured, as long as the trace has room for them."""

from graphql import GraphQLObjectType, GraphQLOutputType
from graphql.execution.collect_fields import FieldDetails, FieldDetailsList

from graph.execution.executor import CompiledExecutor, Resolve
from graph.execution.projections import Write


class TracedExecutor(CompiledExecutor):
    """Executes one operation: as the library does while it is measured, and compiled once the trace is full."""

    def _resolver(self, parent_type: GraphQLObjectType, detail: FieldDetails) -> Resolve | None:
        self._is_watched = self.context_value.is_traced
        return super()._resolver(parent_type, detail)

    def _writer(self, type_: GraphQLOutputType, details: FieldDetailsList) -> Write | None:
        self._is_watched = self.context_value.is_traced
        return super()._writer(type_, details)
