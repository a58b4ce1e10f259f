"""The canonical enums as clients see them, each value with its meaning."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

import strawberry

from resolvers.access import ViewerRole
from resolvers.missing import MissingReason
from resolvers.model import errors, invoice, payment, source
from resolvers.order import InvoiceOrderField, OrderDirection
from resolvers.outcome import SourceResultStatus
from resolvers.quality import DataWarningCode, WarningSeverity, meaning_of

EnumT = TypeVar("EnumT", bound=Enum)


def _described(enum: type[EnumT], description: str, values: Mapping[str, str]) -> None:
    """Makes the enum one of the schema's, with a sentence for each of its values."""
    strawberry.enum(enum, description=description)
    for value in enum.__strawberry_definition__.values:  # type: ignore[attr-defined]  # set by the line above
        value.description = values[value.name]


_described(
    ViewerRole,
    "What kind of caller it is.",
    {
        "ANONYMOUS": "Nobody known: sees no customer.",
        "CUSTOMER": "A customer: sees the customers that they act for.",
        "STAFF": "The company's own people: see every customer, and how the sources do.",
        "SERVICE": "Another service: sees what its scopes say.",
    },
)
_described(
    invoice.InvoiceType,
    "What kind of document it is.",
    {
        "INVOICE": "A commercial invoice (EN 16931 type 380).",
        "PROFORMA": "A proforma invoice (type 325): nothing is owed by it.",
        "SHIPPING_INVOICE": "An invoice that travels with the goods.",
        "CREDIT_NOTE": "A credit note (type 381): counts against what is owed.",
        "UNKNOWN": "The source's word is none that is known; see sourceStatus and warnings.",
    },
)
_described(
    invoice.InvoiceStatus,
    "Where the document is in its life; a separate question from whether it is paid.",
    {
        "DRAFT": "Not yet issued.",
        "OPEN": "Issued, and not settled or closed.",
        "SENT": "Sent to the customer.",
        "DISPUTED": "The customer objects.",
        "CLOSED": "Settled: nothing is left to do.",
        "ARCHIVED": "Put away.",
        "CANCELLED": "Withdrawn: nothing is owed by it.",
        "UNKNOWN": "The source does not say, or its word is none that is known.",
    },
)
_described(
    invoice.PaymentStatus,
    "How far the document is paid.",
    {
        "UNPAID": "Nothing is paid.",
        "PARTIALLY_PAID": "A part is paid.",
        "PAID": "Nothing is due any more.",
        "OVERPAID": "More was paid than was due.",
        "NOT_APPLICABLE": "There is nothing to pay: a proforma, a draft, or cancelled.",
        "UNKNOWN": "The total or the amount due is unknown.",
    },
)
_described(
    payment.AgingBucketName,
    "How long an amount has been due.",
    {
        "NOT_DUE": "Due later or on the day itself; also every credit.",
        "DAYS_1_30": "1 to 30 days past the due date.",
        "DAYS_31_60": "31 to 60 days past the due date.",
        "DAYS_61_90": "61 to 90 days past the due date.",
        "OVER_90": "More than 90 days past the due date.",
        "NO_DUE_DATE": "Due, on a day that is not known.",
    },
)
_described(
    invoice.ValueOrigin,
    "Who says a value.",
    {
        "SOURCE": "The source says it in the record itself.",
        "CONFIGURED": "The operator configured it for the source.",
        "DERIVED": "The source says it elsewhere, such as in its shop's settings.",
        "UNKNOWN": "Nobody says it.",
    },
)
_described(
    invoice.DiscountType,
    "What a discount's value counts.",
    {"PERCENT": "Percent.", "AMOUNT": "An amount in the invoice's currency.", "OTHER": "Something else."},
)
_described(
    invoice.FreightTerms,
    "Who pays the freight.",
    {"PREPAID": "The sender.", "COLLECT": "The receiver.", "OTHER": "By other terms."},
)
_described(
    invoice.DocumentType,
    "What kind of document a reference points to.",
    {
        "ORDER": "An order.",
        "QUOTE": "A quote.",
        "INVOICE": "An invoice.",
        "SHIPPING_INVOICE": "An invoice that travelled with the goods.",
        "PROFORMA": "A proforma invoice.",
        "CREDIT_NOTE": "A credit note.",
        "RECEIPT": "A receipt.",
        "PACKING_SLIP": "A packing slip.",
        "OTHER": "Another document.",
    },
)
_described(
    invoice.RoundingMode,
    "How amounts are rounded.",
    {
        "DOWN": "Towards zero.",
        "HALF_DOWN": "To the nearest, halves towards zero.",
        "HALF_EVEN": "To the nearest, halves to the even digit.",
        "HALF_UP": "To the nearest, halves away from zero.",
        "OTHER": "In another way.",
    },
)
_described(
    invoice.RoundingRule,
    "What is rounded.",
    {"PER_ITEM": "Each item.", "PER_LINE": "Each line.", "TOTAL": "The total alone.", "OTHER": "Something else."},
)
_described(
    invoice.CacheStatus,
    "How fresh an answer is.",
    {
        "FRESH": "The source said so just now.",
        "HIT": "Said a moment ago, and remembered.",
        "STALE": "An older copy that stands in while the source cannot be reached.",
    },
)
_described(
    MissingReason,
    "Why a field has no value.",
    {
        "NOT_PROVIDED_BY_SOURCE": "This source never says it.",
        "NOT_STATED": "The source can say it, and did not here.",
        "UNREADABLE": "The source said something that cannot be read; see warnings.",
        "SOURCE_FAILED": "The call that would tell it failed; see the list's sources.",
        "NOT_AUTHORIZED": "The caller may not see it. No field is withheld so today.",
    },
)
_described(
    WarningSeverity,
    "How much a warning matters.",
    {
        "INFO": "Good to know.",
        "WARNING": "Look at it before you rely on the value.",
        "ERROR": "Do not rely on the value.",
    },
)
_described(
    InvoiceOrderField,
    "What a list can be ordered by.",
    {
        "ISSUE_DATE": "The day of issue.",
        "DUE_DATE": "The day it falls due.",
        "NUMBER": "The invoice's number, as text.",
        "TOTAL": "The total with tax, by currency first.",
        "AMOUNT_DUE": "What is still to be paid, by currency first.",
    },
)
_described(OrderDirection, "Which end comes first.", {"ASC": "The smallest.", "DESC": "The greatest."})
_described(
    source.SourceState,
    "How a source does, as this replica sees it.",
    {
        "UNTRIED": "It was not asked yet.",
        "UP": "It answers.",
        "DEGRADED": "Some of its answers fail.",
        "DOWN": "It failed so often that it is left alone for a while.",
    },
)
_described(
    SourceResultStatus,
    "What came of asking a source for a list.",
    {
        "OK": "It answered.",
        "STALE": "It could not be reached; an older copy of its answer stands in.",
        "TIMED_OUT": "It did not answer in time.",
        "FAILED": "It failed; the error says how.",
        "CIRCUIT_OPEN": "It failed repeatedly and is not asked for a while.",
        "NOT_AUTHORIZED": "It did not accept the gateway's credentials.",
        "NOT_INDEXED": "It cannot list, and our index of its invoices was never completed for this account.",
        "SKIPPED": "It was not asked, because the arguments leave it out.",
    },
)
_described(
    DataWarningCode,
    "What kind of oddity it is.",
    {code.name: meaning_of(code) for code in DataWarningCode},
)
_described(
    errors.ErrorCode,
    "What went wrong; also the values of errors[].extensions.code.",
    {
        "GRAPHQL_PARSE_FAILED": "The document is not GraphQL.",
        "GRAPHQL_VALIDATION_FAILED": "The document does not fit the schema.",
        "UNAUTHENTICATED": "Nobody knows who is asking.",
        "FORBIDDEN": "The caller may not.",
        "BAD_USER_INPUT": "An argument or variable cannot be used; the message says what would do.",
        "NOT_FOUND": "What was named does not exist.",
        "DIRECTORY_UNAVAILABLE": "The gateway's directory of customers cannot be reached or is not working.",
        "SOURCE_TIMEOUT": "The source did not answer in time.",
        "SOURCE_UNAVAILABLE": "The source cannot be reached or is not working.",
        "SOURCE_AUTH_FAILED": "The source did not accept the gateway's credentials.",
        "SOURCE_RATE_LIMITED": "The source was asked too often.",
        "SOURCE_PROTOCOL_ERROR": "The source's answer could not be read.",
        "SOURCE_REJECTED": "The source declined the request.",
        "SOURCE_OUTCOME_UNKNOWN": "It is not known whether the source carried out the request.",
        "CIRCUIT_OPEN": "The source failed repeatedly and is not asked for a while.",
        "CALL_BUDGET_EXCEEDED": "The operation needs more upstream calls than one may make.",
        "OPERATION_TIMEOUT": "The operation's time was over before this was begun.",
        "QUERY_TOO_COMPLEX": "The operation asks for more than one may.",
        "PERSISTED_QUERY_NOT_FOUND": "The persisted query is not known; send its text.",
        "PERSISTED_QUERY_NOT_SUPPORTED": "The persisted query is not of version 1; send its text.",
        "DOCUMENT_NOT_TRUSTED": "Only the app's own documents run here, and this is none of them.",
        "SERVICE_UNAVAILABLE": "The gateway cannot answer now; the same request may succeed in a moment.",
        "INTERNAL_SERVER_ERROR": "A fault of the gateway's own.",
    },
)
