"""A warning about the data."""

import strawberry

from resolvers.quality import DataWarningCode, WarningSeverity


@strawberry.federation.type(shareable=True, description="Something odd about the data; no warning changes a value.")
class DataWarning:
    code: DataWarningCode = strawberry.field(description="What kind of oddity it is.")
    severity: WarningSeverity = strawberry.field(description="How much it matters.")
    path: str | None = strawberry.field(
        description="The field it is about, such as total or lines.2.tax.amount (counted from 0); null: all of it."
    )
    message: str = strawberry.field(description="The same in a sentence.")
    expected: str | None = strawberry.field(description="What the value should be.")
    actual: str | None = strawberry.field(description="What the source says.")
    rule: str | None = strawberry.field(
        description="The EN 16931 rule it stands on, where there is one, such as BR-CO-16."
    )
