"""The scalars of ours: exact decimals, codes and addresses, all of them texts on the wire."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import NewType, TypeVar

import strawberry
from graphql import EnumValueNode, GraphQLError, IntValueNode, StringValueNode, ValueNode
from strawberry.types.scalar import ScalarDefinition

from resolvers.model.currency import CURRENCY_CODES, UNKNOWN_CURRENCY

CurrencyCode = NewType("CurrencyCode", str)
CountryCode = NewType("CountryCode", str)
URL = NewType("URL", str)

T = TypeVar("T")

_DECIMAL = re.compile(r"-?\d{1,30}(\.\d{1,30})?", re.ASCII)


def _format_decimal(value: Decimal) -> str:
    return format(value, "f")


def _parse_decimal(value: object) -> Decimal:
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return Decimal(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30:
        return Decimal(value)
    raise GraphQLError('A Decimal is written as a string such as "168.99": a float would lose digits.')


def _parse_currency_code(value: object) -> str:
    if isinstance(value, str) and (value in CURRENCY_CODES or value == UNKNOWN_CURRENCY):
        return value
    raise GraphQLError('A CurrencyCode is an ISO 4217 code such as "EUR", or "XXX" for unknown.')


def _parse_text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise GraphQLError("The value is written as a string.")


def _format_moment(value: datetime) -> str:
    text = value.isoformat()
    return f"{text.removesuffix('+00:00')}Z" if text.endswith("+00:00") else text


def _parse_date(value: object) -> date:
    text = _parse_text(value)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:  # a week's day or a day without hyphens is none of ours
        raise GraphQLError('A Date is written such as "2026-07-01".')
    return day


def _parse_moment(value: object) -> datetime:
    try:
        return datetime.fromisoformat(_parse_text(value))
    except ValueError:
        raise GraphQLError('A DateTime is written such as "2026-07-01T09:30:00Z".') from None


def _literal(
    parse: Callable[[object], T], also: type[EnumValueNode | IntValueNode] = EnumValueNode
) -> Callable[..., T]:
    """Reads what is written in a document: a string, or a code without its quotes. An error of it has its place."""

    def parse_literal(node: ValueNode, _variables: object = None) -> T:
        try:
            return parse(node.value if isinstance(node, StringValueNode | also) else None)
        except GraphQLError as error:
            raise GraphQLError(error.message, node) from None

    return parse_literal


SCALARS: dict[object, ScalarDefinition] = {
    date: strawberry.scalar(
        name="Date",
        description="A day, such as 2026-07-01 (RFC 3339).",
        serialize=date.isoformat,
        parse_value=_parse_date,
        parse_literal=_literal(_parse_date),
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment with its time zone, such as 2026-07-01T09:30:00Z (RFC 3339).",
        serialize=_format_moment,
        parse_value=_parse_moment,
        parse_literal=_literal(_parse_moment),
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description='An exact decimal number as a string, such as "168.99"; never a float.',
        serialize=_format_decimal,
        parse_value=_parse_decimal,
        parse_literal=_literal(_parse_decimal, IntValueNode),
    ),
    CurrencyCode: strawberry.scalar(
        name="CurrencyCode",
        description='An ISO 4217 currency code; "XXX" where the currency is unknown.',
        specified_by_url="https://www.iso.org/iso-4217-currency-codes.html",
        serialize=str,
        parse_value=_parse_currency_code,
        parse_literal=_literal(_parse_currency_code),
    ),
    CountryCode: strawberry.scalar(
        name="CountryCode",
        description="An ISO 3166-1 alpha-2 country code.",
        specified_by_url="https://www.iso.org/iso-3166-country-codes.html",
        serialize=str,
        parse_value=_parse_text,
        parse_literal=_literal(_parse_text),
    ),
    URL: strawberry.scalar(
        name="URL",
        description="An absolute address (RFC 3986).",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3986",
        serialize=str,
        parse_value=_parse_text,
        parse_literal=_literal(_parse_text),
    ),
}
