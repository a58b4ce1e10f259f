"""What netFORUM can do, which depends on how its tenant is set up."""

from __future__ import annotations

from resolvers.model.source import Capabilities
from resolvers.sources.netforum.mapping import LIST_FIELDS
from resolvers.sources.netforum.settings import NetforumSettings
from resolvers.sources.netforum.whole_mapping import INVOICE_FIELDS, QUERY_FIELDS

_TELLING = {
    "ivd_tax": frozenset({"lines.tax", "lines.tax.amount", "totals.tax", "taxes", "taxes.amount"}),
    "ivd_shipping": frozenset({"totals.shipping"}),
    "ivd_discountamount": frozenset({"totals.discount"}),
    "prd_name": frozenset({"lines.name"}),
    "prd_code": frozenset({"lines.sku"}),
    "cst_id": frozenset({"customerNumber"}),
    "cst_name_cp": frozenset({"customerName"}),
}
"""What is not told where a column is left out of queries."""


def capabilities_of(settings: NetforumSettings) -> Capabilities:
    """What the source can do as configured."""
    match settings.details:
        case "invoice":
            return _capabilities(LIST_FIELDS | INVOICE_FIELDS, ids_per_call=1)
        case "query":
            untold = (_TELLING.get(column, frozenset()) for column in settings.query_without)
            return _capabilities(
                (LIST_FIELDS | QUERY_FIELDS).difference(*untold), settings.ids_per_query, tells_customers=True
            )
        case "off":
            return _capabilities(LIST_FIELDS, ids_per_call=0)


def _capabilities(fields: frozenset[str], ids_per_call: int, *, tells_customers: bool = False) -> Capabilities:
    return Capabilities(
        documentation="https://nfesupport.zendesk.com/hc/en-us/articles/13619968039693",
        fields=fields,
        list_fields=LIST_FIELDS,
        lists_by_account=True,
        lists_paid_invoices=False,
        ids_per_call=ids_per_call,
        tells_customers=tells_customers,
    )


CAPABILITIES = _capabilities(LIST_FIELDS | INVOICE_FIELDS, ids_per_call=1)
"""As configured when nothing is."""
