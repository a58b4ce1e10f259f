"""What follows from the fields that a source can fill."""

from __future__ import annotations

from resolvers.model.always import ALWAYS
from resolvers.model.requires import with_derived


def test_every_source_can_tell_of_some_invoice_whether_it_is_overdue_for_a_credit_never_is() -> None:
    assert with_derived(ALWAYS) - ALWAYS == {"isOverdue", "daysOverdue"}


def test_what_follows_from_an_amount_due_or_an_address_is_told_where_the_source_has_it() -> None:
    fields = frozenset({"amountDue", "shippingAddress"})

    assert with_derived(fields) - fields == {"agingBucket", "shippingAddress.formatted"}
