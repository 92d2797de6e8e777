"""Fields of a person."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.domain.alerts import Alert
from gateway.domain.ids import PrisonNumber
from gateway.domain.locations import Location
from gateway.domain.moves import Move
from gateway.domain.pages import Page, page_request
from gateway.domain.people import CareNeed, EscortEligibility, Person
from gateway.policies.eligibility import escort_eligibility
from gateway.resolvers.arguments import After, First
from gateway.resolvers.relations import Relation
from gateway.services.listings import Listing

EMPTY: Page[Move] = Page(edges=(), has_next=False, has_previous=False)


def number_of(root: Person) -> PrisonNumber:
    return root.prison_number


BY_NUMBER: Relation[PrisonNumber, PrisonNumber, Person | None] = Relation(
    bulk=lambda services: services.people.by_numbers, key=lambda number: number, missing=None
)
CARE_NEEDS: Relation[Person, PrisonNumber, Sequence[CareNeed] | None] = Relation(
    bulk=lambda services: services.people.care_needs, key=number_of, missing=()
)
ACTIVE_ALERTS: Relation[Person, PrisonNumber, Sequence[Alert]] = Relation(
    bulk=lambda services: services.alerts.active_by_numbers, key=number_of, missing=()
)
ALL_ALERTS: Relation[Person, PrisonNumber, Sequence[Alert]] = Relation(
    bulk=lambda services: services.alerts.all_by_numbers, key=number_of, missing=()
)


def location(root: Person, info: Info) -> Location | None:
    return None if root.agency_id is None else info.context.services.locations.by_agency_id(root.agency_id)


async def alerts(
    root: Person,
    info: Info,
    active: Annotated[  # noqa: FBT002 - a GraphQL argument, always named
        bool | None, strawberry.argument(description="Only alerts in force; false: only those that are not; null: all.")
    ] = True,
    type_codes: Annotated[
        list[str] | None, strawberry.argument(description="Only alerts of these types, by their codes.")
    ] = None,
) -> Sequence[Alert] | None:
    """Give the alerts in force; with `active: false` those that are not, with null all of them."""
    found = await (ACTIVE_ALERTS if active else ALL_ALERTS).load(info, root.prison_number)
    return [
        alert
        for alert in found
        if (active is None or alert.active == active) and (type_codes is None or alert.type_code in type_codes)
    ]


async def eligibility(root: Person, info: Info) -> EscortEligibility | None:
    """Decide from the category and the alerts in force."""
    found = await ACTIVE_ALERTS.load(info, root.prison_number)
    return escort_eligibility(
        root.category.code if root.category else None, {alert.code.code for alert in found if alert.active}
    )


async def moves(root: Person, info: Info, first: First = None, after: After = None) -> Listing[Move]:
    """Give a page of the person's moves that the viewer may see, newest first."""
    services, loaders = info.context.services, info.context.loaders
    request = page_request(first=first, after=after)
    page = await loaders.load(services.moves.pages_by_numbers, (root.prison_number, request), EMPTY)

    async def total() -> int:
        return await loaders.load(services.moves.counts_by_numbers, root.prison_number, 0)

    return Listing(page, total)
