"""What NOMIS knows beside a dPER."""

from datetime import date, datetime

import strawberry


@strawberry.type(
    description="How one kind of records in NOMIS stands. They are asked for when a dPER is started, and again while "
    "it may still change: behind the answer whenever somebody looks and what is known is some minutes old, and every "
    "hour otherwise. What is confirmed keeps what was known then."
)
class NomisSyncStatus:
    resource: str = strawberry.field(
        description="alerts, assessments, contacts, personal_care_needs or reasonable_adjustments."
    )
    status: str = strawberry.field(
        description="NEVER: NOMIS was not asked yet. SUCCEEDED: it answered the last time. FAILED: it did not the last "
        "time, and is asked again by itself; what is shown is what it told at `syncedAt`, or nothing where that is "
        "null: then more may be known than is shown."
    )
    synced_at: datetime | None = strawberry.field(description="When NOMIS last told them.")


@strawberry.type(
    description="A record in NOMIS that bears on a question: an alert, a personal care need, a reasonable adjustment, "
    "a cell-sharing risk assessment or a contact. It answers nothing by itself."
)
class NomisMapping:
    kind: str = strawberry.field(description="alert, assessment, contact, personal_care_need or reasonable_adjustment.")
    code: str = strawberry.field(
        description="NOMIS's code. Of a contact NEXTOFKIN or OTHER; the same code of another kind is something else."
    )
    description: str = strawberry.field(description="What the code stands for.")
    comment: str | None = strawberry.field(
        description="What staff noted; of an assessment its rating first, of a contact their name and relationship."
    )
    start_date: date | None = strawberry.field(description="Since when, in London.")
    end_date: date | None = strawberry.field(
        description="Its last day, if it has one; of an alert the first day without it, of an assessment its review."
    )
