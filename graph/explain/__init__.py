"""What an operation does upstream, told to those who may know: the plan before, and every call after."""

from graph.explain.explanation import Explainer, Explanation
from graph.explain.rehearsal import Question, Rehearsal, rehearse
from graph.explain.wish import HEADER

__all__ = ["HEADER", "Explainer", "Explanation", "Question", "Rehearsal", "rehearse"]
