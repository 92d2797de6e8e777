"""Fields of a person."""

from collections.abc import Sequence
from typing import Annotated, TypeAlias

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
from gateway.resolvers.relations import Derived, Relation
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


AlertsShown: TypeAlias = Derived[Person, PrisonNumber, Sequence[Alert], Sequence[Alert]]


def alerts_by(active: bool | None = True, type_codes: Sequence[str] | None = None) -> AlertsShown:  # noqa: FBT001, FBT002 - as the field has them
    """Declare what alerts a field shows: those in force, those that are not, or all; of some types alone."""

    def shown(_: Person, found: Sequence[Alert]) -> Sequence[Alert]:
        if active and type_codes is None:
            return found  # which has no others
        return [
            alert
            for alert in found
            if (active is None or alert.active == active) and (type_codes is None or alert.type_code in type_codes)
        ]

    return Derived(ACTIVE_ALERTS if active else ALL_ALERTS, shown)


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
    return await alerts_by(active, type_codes).resolve(root, info)


def _eligibility(root: Person, alerts_in_force: Sequence[Alert]) -> EscortEligibility | None:
    return escort_eligibility(
        root.category.code if root.category else None, {alert.code.code for alert in alerts_in_force if alert.active}
    )


ELIGIBILITY: Derived[Person, PrisonNumber, Sequence[Alert], EscortEligibility | None] = Derived(
    ACTIVE_ALERTS, _eligibility
)


async def eligibility(root: Person, info: Info) -> EscortEligibility | None:
    """Decide from the category and the alerts in force."""
    return await ELIGIBILITY.resolve(root, info)


async def moves(root: Person, info: Info, first: First = None, after: After = None) -> Listing[Move]:
    """Give a page of the person's moves that the viewer may see, newest first."""
    services, loaders = info.context.services, info.context.loaders
    request = page_request(first=first, after=after)
    page = await loaders.load(services.moves.pages_by_numbers, (root.prison_number, request), EMPTY)

    async def total() -> int:
        return await loaders.load(services.moves.counts_by_numbers, root.prison_number, 0)

    return Listing(page, total)
