"""Deferred parts of a list's rows: what costs a look-up is looked up when the part is due, not with the list."""

from typing import Any

from graphql import FieldNode, GraphQLObjectType, located_error
from graphql.execution.executor import to_nodes
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from graph.context import Context
from graph.selection import late_selection
from resolvers.model.errors import InvoiceGraphError
from resolvers.model.invoice import Invoice


class LatePartsExecutor(StrawberryGraphQLCoreExecutionContext):
    """The library's executor, which completes a row that was read without what this part of it selects."""

    def execute_execution_group(
        self,
        delivery_groups: Any,  # noqa: ANN401  # the library's own signature
        parent_type: GraphQLObjectType,
        source_value: Any,  # noqa: ANN401  # the library's own signature
        path: Path | None,
        grouped_field_set: Any,  # noqa: ANN401  # the library's own signature
        delivery_group_map: Any,  # noqa: ANN401  # the library's own signature
    ) -> Any:  # noqa: ANN401  # the library's own signature
        """The part, awaitable where a row has to be completed first."""
        execute = super().execute_execution_group
        context = self.context_value
        if not isinstance(context, Context) or not context.late_rows.owes(source_value):
            return execute(delivery_groups, parent_type, source_value, path, grouped_field_set, delivery_group_map)

        async def complete_first() -> Any:  # noqa: ANN401  # as the library's
            nodes: dict[str, list[FieldNode]] = {}
            for details in grouped_field_set.values():
                nodes.setdefault(details[0].node.name.value, []).extend(to_nodes(details))
            row = await self._completed(context, source_value, nodes, path)
            result = execute(delivery_groups, parent_type, row, path, grouped_field_set, delivery_group_map)
            return await result if self.is_awaitable(result) else result

        return complete_first()

    async def _completed(
        self, context: Context, row: Invoice, nodes: dict[str, list[FieldNode]], path: Path | None
    ) -> Invoice:
        """The row with what these fields select. Raises GraphQLError for what the look-up raises."""
        selection = late_selection(nodes, self.fragment_definitions, self.variable_values.coerced)
        try:
            return await context.late_rows.whole(row, selection.paths())
        except InvoiceGraphError as error:
            places = [node for found in nodes.values() for node in found]
            raise located_error(error, places, path.as_list() if path else None) from error
