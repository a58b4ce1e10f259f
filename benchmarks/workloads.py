"""What is asked: the documents, whose customers they are about, and how large the answers are."""

from __future__ import annotations

from dataclasses import dataclass, field

WEBSTORE = "webstore"
ASSOCIATION = "association"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """A document, asked for another customer each time.

    `customers` are so many, `at_once` of them named by one request. `variants` of upstream bodies are shared out among
    them, so that no two customers near each other have the same. `seconds` is how long a batch lasts.
    """

    name: str
    title: str
    document: str
    source: str
    customers: int
    invoices: int
    lines: int = 0
    at_once: int = 1
    variants: int = 64
    seconds: float = 1.0
    ids: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", tuple(f"{self.name}-{number:05}" for number in range(self.customers)))

    @property
    def operations(self) -> int:
        """How many different requests there are."""
        return self.customers // self.at_once

    def variables(self, number: int) -> dict[str, object]:
        """The variables of one of the requests."""
        first = number % self.operations * self.at_once
        if self.at_once == 1:
            return {"id": self.ids[first]}
        named = self.ids[first : first + self.at_once]
        return {"representations": [{"__typename": "Customer", "id": id_} for id_ in named]}


_W1 = """
query Newest($id: ID!) {
  customer(id: $id) { invoices(first: 10) { nodes { number issueDate status total { amount currencyCode } } } }
}
"""
_W2 = """
query Everything($id: ID!) {
  customer(id: $id) { invoices(first: 1000) { nodes {
    number
    lines {
      sku name quantity
      unitPrice { net { amount } gross { amount } }
      total { net { amount } gross { amount } }
      tax { rate }
    }
  } } }
}
"""
_W3 = """
query OfSubgraph($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Customer { id invoices(first: 20) { nodes {
    number
    total { amount currencyCode }
    lines { sku name quantity unitPrice { net { amount } } total { net { amount } } }
  } } } }
}
"""
_W4 = """
query Owed($id: ID!) {
  customer(id: $id) { invoices(first: 200) { nodes {
    number issueDate membershipCode total { amount currencyCode } amountPaid { amount } amountDue { amount }
  } } }
}
"""
_SCALE = """
query Scale($id: ID!) {
  customer(id: $id) { invoices(first: 100000) { nodes { number issueDate status total { amount currencyCode } } } }
}
"""

W1 = Workload(
    name="W1", title="1 customer, 10 invoices, 4 fields", document=_W1, source=WEBSTORE, customers=256, invoices=10
)
W2 = Workload(
    name="W2",
    title="1000 invoices x 10 lines x 8 leaves",
    document=_W2,
    source=WEBSTORE,
    customers=64,
    invoices=1_000,
    lines=10,
    variants=8,
    seconds=2.0,
)
W3 = Workload(
    name="W3",
    title="50 customers x 20 invoices x 5 lines",
    document=_W3,
    source=WEBSTORE,
    customers=2_000,
    at_once=50,
    invoices=20,
    lines=5,
    seconds=2.0,
)
W4 = Workload(
    name="W4", title="200 open invoices over SOAP", document=_W4, source=ASSOCIATION, customers=256, invoices=200
)
WORKLOADS = (W1, W2, W3, W4)

SCALES = tuple(
    Workload(
        name=f"S{invoices}",
        title=f"{invoices} invoices in one answer",
        document=_SCALE,
        source=WEBSTORE,
        customers=2,
        invoices=invoices,
        variants=2,
    )
    for invoices in (1_000, 10_000, 100_000)
)
