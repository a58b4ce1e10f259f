"""What each source sells: catalogues that fit the business, and how it taxes, ships and bills them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Good:
    """One article. `mills` is its net price in thousandths, so that the generator can count in whole numbers."""

    sku: str
    name: str
    mills: int
    tax_percent: int
    weight: Decimal = Decimal("0.250")
    note: str = ""


@dataclass(frozen=True, slots=True)
class Trade:
    """How one source does business. Shipping is (method, cents); a fee is (payment method, cents)."""

    goods: tuple[Good, ...]
    most_lines: int
    most_pieces: int
    credit_notes: float  # the share of documents
    days_to_pay: tuple[int | None, ...]
    shipping: tuple[tuple[str, int], ...] = (("", 0),)
    payment: tuple[tuple[str, int], ...] = (("", 0),)
    tax_permille: int | None = None  # one rate on the whole document instead of one on each line


ASSOCIATION = Trade(
    (
        Good("AV_Inst Mbr", "Institutional membership, one year", 600_000, 0),
        Good("CB_Inst Mbr", "Chapter membership, one year", 296_000, 0),
        Good("STU Mbr", "Student membership", 45_000, 0),
        Good("CONF-REG", "Annual conference, registration", 425_000, 0),
        Good("CONF-WS", "Annual conference, workshop day", 149_500, 0),
        Good("JRNL", "Journal, printed, four issues", 84_000, 0),
        Good("CERT-EX", "Certification examination", 210_000, 0),
    ),
    most_lines=2,
    most_pieces=1,
    credit_notes=0.02,
    days_to_pay=(None,),
)
SHOP = Trade(
    (
        Good("GS-2041", "Gear wheel, 41 teeth, hardened", 38_900, 21),
        Good("BRG-6204", "Ball bearing 6204-2RS", 6_450, 21),
        Good("BLT-A38", "V-belt A38", 11_200, 21),
        Good("SEAL-35", "Shaft seal 35/52/7", 4_150, 21),
        Good("HYD-10", "Hydraulic hose 10 mm, per metre", 9_800, 21),
        Good("FLT-220", "Oil filter cartridge & gasket", 17_350, 21),
        Good("MTR-750", "Geared motor 0.75 kW", 412_000, 21),
        Good("BOLT-M8", "Hexagon bolt M8 x 40, box of 100", 23_750, 21),
    ),
    most_lines=4,
    most_pieces=12,
    credit_notes=0.06,
    days_to_pay=(14, 30, 30, None),
    shipping=(("PostNL", 695), ("DHL", 1250), ("", 0)),
)
WEBSTORE = Trade(
    (
        Good("A927TP", "Shirt", 56_330, 22, Decimal("0.450")),
        Good("B114LN", "Linen trousers", 74_590, 22, Decimal("0.620"), "Shorten by 3 cm"),
        Good("C302WL", "Wool coat \u201cTrento\u201d", 219_000, 22, Decimal("1.850")),
        Good("D088SK", "Silk scarf, hand-rolled", 41_805, 22, Decimal("0.080"), "Gift wrapping, please"),
        Good("E551LB", "Leather belt", 33_400, 22, Decimal("0.310")),
        Good("F207DN", "Raw denim jeans", 98_355, 22, Decimal("0.910")),
        Good("K019CH", "Children's raincoat", 36_900, 22, Decimal("0.540")),
        Good("M700BK", "Book: Tailoring & Cut", 24_000, 4, Decimal("0.760")),
    ),
    most_lines=5,
    most_pieces=4,
    credit_notes=0.05,
    days_to_pay=(31, 31, 15, None),
    shipping=(("FedEx", 857), ("GLS", 590), ("Poste Italiane", 740), ("", 0)),
    payment=(("Credit Card", 120), ("Bank transfer", 0), ("PayPal", 95)),
)
ORDERS = Trade(
    (
        Good("1995", "Garden hose 15 m", 4_950, 0),
        Good("1906", "Hose nozzle, brass", 9_950, 0),
        Good("915", "Hose washer", 950, 0),
        Good("2203", "Claw hammer", 18_490, 0),
        Good("2417", "Work gloves", 7_250, 0),
        Good("3050", "Extension cord 7 m", 15_990, 0),
        Good("3777", "LED shop light", 42_000, 0),
    ),
    most_lines=4,
    most_pieces=6,
    credit_notes=0.0,
    days_to_pay=(None,),
    shipping=(("UPS", 1000), ("USPS", 795), ("FedEx", 1420)),
    tax_permille=85,
)
WHOLESALE = Trade(
    (
        Good("KB-70512", "Chain 11-speed, 118 links", 27_900, 21),
        Good("KB-33810", "Brake pads, resin, pair", 8_450, 21),
        Good("KB-12044", "City tyre 37-622", 19_950, 21),
        Good("KB-55107", "Hub dynamo", 64_300, 21),
        Good("KB-90033", "Pannier, double", 46_800, 21),
        Good("KB-41200", "Saddle, gel", 31_250, 21),
        Good("KB-00871", "Spoke 264 mm, box of 72", 22_100, 21),
    ),
    most_lines=4,
    most_pieces=20,
    credit_notes=0.05,
    days_to_pay=(14, 30, 30, 60, None),
    shipping=(("", 0), ("", 0), ("Own lorry", 1500)),
)
TRADES = {
    "association": ASSOCIATION,
    "shop": SHOP,
    "webstore": WEBSTORE,
    "orders": ORDERS,
    "wholesale": WHOLESALE,
}
