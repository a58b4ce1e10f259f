"""What becomes of a request that asks to be explained: its plan first, and its run unless the plan was all."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphql import GraphQLError
from strawberry import Schema
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from graph.context import Context
from graph.explain.rehearsal import Question, Rehearsal, rehearse
from graph.explain.report import report
from graph.explain.wish import Wish, wish_of
from resolvers.access import Principal
from resolvers.gateway import Gateway
from resolvers.model.errors import BadUserInput, Forbidden, RequestError
from resolvers.model.operation import Operation
from resolvers.rehearsal import rehearsal_of


@dataclass(frozen=True, slots=True)
class Explanation:
    """`report` makes `extensions.explain`; `answer` is the whole answer where nothing is to be run. Else None."""

    report: Callable[[Operation], dict[str, Any]] | None = None
    answer: ExecutionResult | None = None


NOTHING = Explanation()


class Explainer:
    """Explains the operations of those who may know; `may_explain` says who that is."""

    def __init__(self, schema: Schema, gateway: Gateway, may_explain: Callable[[Principal], bool]) -> None:
        self._schema, self._gateway, self._may_explain = schema, gateway, may_explain

    async def explain(
        self, headers: Mapping[str, str], extensions: Mapping[str, Any] | None, question: Question, context: Context
    ) -> Explanation:
        """What is known before the operation is run. Who may not know is told nothing, and no plan is run for them."""
        try:
            wish = wish_of(headers, extensions)
        except BadUserInput as error:
            return _refused(error)
        if wish is Wish.NOTHING:
            return NOTHING
        if not self._may_explain(context.session.principal):
            refusal = Forbidden("You may not ask what an operation would call; graph.explain says who may.")
            return _refused(refusal) if wish is Wish.PLAN else NOTHING
        plan = await self._plan(question, context)
        if wish is Wish.PLAN:
            return _plan_alone(plan)
        context.session.operation.begun_at = time.monotonic()  # the plan's time is not the run's
        return Explanation(_report_of(plan))

    async def _plan(self, question: Question, context: Context) -> Rehearsal | None:
        """None for what cannot be rehearsed: writes, and a document that does not say which operation is meant."""
        try:
            gateway = rehearsal_of(self._gateway, page_size=context.limits.page_size)
            return await rehearse(self._schema, question, context, gateway)
        except (InvalidOperationTypeError, CannotGetOperationTypeError):
            return None


def _plan_alone(plan: Rehearsal | None) -> Explanation:
    if plan is None:
        return _refused(BadUserInput("Only queries can be planned, one at a time: a write is not rehearsed."))
    kind = PreExecutionError if plan.is_refused else ExecutionResult
    return Explanation(_report_of(plan), kind(data=None, errors=list(plan.errors) or None))


def _report_of(plan: Rehearsal | None) -> Callable[[Operation], dict[str, Any]] | None:
    """None where the plan was refused: then nothing is run, either."""
    return None if plan is not None and plan.is_refused else partial(report, plan=plan)


def _refused(error: RequestError) -> Explanation:
    return Explanation(answer=PreExecutionError(data=None, errors=[GraphQLError(error.message, original_error=error)]))
