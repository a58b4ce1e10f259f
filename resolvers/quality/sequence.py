"""The order in which warnings are listed: that of a document, read from its top."""

from __future__ import annotations

from resolvers.model.paths import INVOICE_FIELDS, Field

_Places = dict[str, tuple[int, "_Places"]]


def _places(fields: tuple[Field, ...]) -> _Places:
    return {field.name: (index, _places(field.below)) for index, field in enumerate(fields)}


def _as_printed(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """A document prints its sums below what they sum up: the totals follow the lines."""
    totals = next(field for field in fields if field.name == "totals")
    others = [field for field in fields if field is not totals]
    after_lines = 1 + next(index for index, field in enumerate(others) if field.name == "lines")
    return (*others[:after_lines], totals, *others[after_lines:])


_PLACES = _places(_as_printed(INVOICE_FIELDS))


def place_of(path: str | None) -> tuple[int, ...]:
    """Where a path stands, to sort by: all of the document first, unknown names behind the known ones."""
    places, place = _PLACES, []
    for part in () if path is None else path.split("."):
        if part.isdecimal():
            place.append(int(part))
        else:
            index, places = places.get(part, (len(places), {}))
            place.append(index)
    return tuple(place)
