"""Mistakes in the settings: where each stands, what is wrong, and what to write instead. Never a secret's text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Path = tuple[str | int, ...]
"""Where a value stands: table, key, and what is below them; ("sources", name, key) for a source's."""

Details = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake; `sentences` say what is wrong, then the remedy."""

    path: Path
    sentences: str


class SettingsError(Exception):
    """The settings cannot be used; `lines` has one line for each mistake."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


def from_pydantic(error: ErrorDetails, path: Path, known_keys: Iterable[str]) -> Mistake:
    """The mistake behind an error of pydantic's. Shows a value only where no secret can be."""
    kind = error["type"]
    if kind == "extra_forbidden":
        return Mistake(path, unknown(str(path[-1]), known_keys, "key"))
    context: Details = error.get("ctx", {})
    path = (*path, *_tag(context))
    if sentence := _SENTENCES.get(kind):
        return Mistake(path, sentence(context, _shown(error["input"])))
    return Mistake(path, f"cannot be used. {_capitalised(str(context.get('error', error['msg'])))}.")


def unknown(word: str, known: Iterable[str], what: str) -> str:
    """The sentences for a word that is not among the known ones."""
    choices = sorted(known)
    if nearest := get_close_matches(word, choices, n=1, cutoff=0.6):
        return f'is no known {what}. Did you mean "{nearest[0]}"?'
    return f"is no known {what}. Known: {', '.join(choices)}." if choices else f"is no known {what}."


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f'"{value[:40]}"'
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else "that"


def _capitalised(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:].rstrip(".")


def _always(sentences: str) -> Callable[[Details, str], str]:
    return lambda _, __: sentences


def _must_be(what: str) -> Callable[[Details, str], str]:
    return lambda _, shown: f"is {shown}. Write {what}."


def _one_of(context: Details, shown: str) -> str:
    expected = str(context["expected"]).replace("'", '"')
    return f"is {shown}. Write {expected}."


def _with_unknown_tag(context: Details, _: str) -> str:
    expected = str(context["expected_tags"]).replace("'", '"')
    return f"is no known {_tag(context)[0]}. Write one of {expected}."


def _tag(context: Details) -> tuple[str, ...]:
    """The key that says which of several tables is meant, where the mistake is in that one; else none."""
    return (str(context["discriminator"]).strip("'"),) if "discriminator" in context else ()


_SENTENCES: Mapping[str, Callable[[Details, str], str]] = {
    "refused": lambda context, _: str(context["sentences"]),
    "missing": _always("is missing. Add it."),
    "string_type": _always("is not text. Put it in quotes."),
    "tuple_type": _always('is not a list. Write ["a", "b"].'),
    "list_type": _always('is not a list. Write ["a", "b"].'),
    "frozen_set_type": _always('is not a list. Write ["a", "b"].'),
    "dict_type": _always("is not a table. Write its keys below it."),
    "model_type": _always("is not a table. Write its keys below it."),
    "model_attributes_type": _always("is not a table. Write its keys below it."),
    "int_type": _must_be("a whole number"),
    "int_parsing": _must_be("a whole number"),
    "int_from_float": _must_be("a whole number"),
    "float_type": _must_be("a number"),
    "float_parsing": _must_be("a number"),
    "finite_number": _must_be("a finite number"),
    "bool_type": _must_be("true or false"),
    "bool_parsing": _must_be("true or false"),
    "greater_than_equal": lambda context, shown: f"is {shown}. Write at least {context['ge']}.",
    "greater_than": lambda context, shown: f"is {shown}. Write more than {context['gt']}.",
    "less_than_equal": lambda context, shown: f"is {shown}. Write at most {context['le']}.",
    "less_than": lambda context, shown: f"is {shown}. Write less than {context['lt']}.",
    "union_tag_not_found": _always("is missing. Add it."),
    "union_tag_invalid": _with_unknown_tag,
    "literal_error": _one_of,
    "enum": _one_of,
    "too_short": lambda context, _: f"has too few entries. Write at least {context['min_length']}.",
    "string_too_long": lambda context, _: f"is too long. Write at most {context['max_length']} characters.",
    "string_too_short": lambda context, _: f"is too short. Write at least {context['min_length']} characters.",
}
