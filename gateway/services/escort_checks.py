"""Escort checks: whether the contract covers the person of a move, as NOMIS has it."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Final, TypeVar

from gateway.domain.alerts import Alert
from gateway.domain.errors import UpstreamError
from gateway.domain.ids import AgencyId, PrisonNumber
from gateway.domain.locations import Location
from gateway.domain.moves import EscortCheckStatus
from gateway.domain.people import EscortExclusion, Person
from gateway.domain.times import business_day
from gateway.policies.booking.people import may_be_booked
from gateway.policies.eligibility import escape_list_codes, escort_eligibility
from gateway.policies.people import sight_window
from gateway.policies.scope import scope_of_place
from gateway.services.platform import Platform
from gateway.store import moves

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class EscortCheck:
    """`status` is None where there is nobody whom the place may book a move for.

    `reasons` are why a person is REFUSED; `escape_list` are the escape-list alerts of one who is carried.
    """

    status: EscortCheckStatus | None
    reasons: tuple[EscortExclusion, ...] = ()
    escape_list: tuple[str, ...] = ()
    failure: UpstreamError | None = None
    """Why it is UNCHECKED."""
    held_at: AgencyId | None = None
    """Where NOMIS has the person; None where that was not established."""


NOBODY: Final = EscortCheck(None)
NOT_NEEDED: Final = EscortCheck(EscortCheckStatus.NOT_NEEDED)


async def check(
    platform: Platform, asked: list[tuple[PrisonNumber, Location]]
) -> dict[tuple[PrisonNumber, Location], EscortCheck]:
    """Check people who are to be moved from places: two questions to NOMIS, however many.

    The same is asked of NOMIS and of the store whoever they are, so that its cost tells nothing. Where NOMIS does not
    answer, the check is UNCHECKED, unless what it did answer rules the person out.
    """
    numbers = sorted({number for number, _ in asked})
    if not numbers:
        return {}
    people, alerts, sighted = await asyncio.gather(
        _answer(platform.nomis.prisoner_search.people(numbers)),
        _answer(platform.nomis.alerts.alerts(numbers, include_inactive=False)),
        _sighted(platform, asked),
    )
    found: dict[tuple[PrisonNumber, Location], EscortCheck] = {}
    for number, start in asked:
        if isinstance(people, UpstreamError):
            found[number, start] = EscortCheck(EscortCheckStatus.UNCHECKED, failure=people)
            continue
        held = people.get(number)
        person = held if isinstance(held, Person) else None
        if held is None or not may_be_booked(person, start, sighted=(number, start.agency_id) in sighted):
            found[number, start] = NOBODY
        elif person is None:
            failure = held if isinstance(held, UpstreamError) else None
            found[number, start] = EscortCheck(EscortCheckStatus.UNCHECKED, failure=failure)
        else:
            told = alerts if isinstance(alerts, UpstreamError) else alerts.get(number, ())
            found[number, start] = _of(person, told)
    return found


def _of(person: Person, alerts: tuple[Alert, ...] | UpstreamError) -> EscortCheck:
    category = None if person.category is None else person.category.code
    known = () if isinstance(alerts, UpstreamError) else alerts
    codes = frozenset(alert.code.code for alert in known if alert.active)
    eligibility = escort_eligibility(category, codes)
    if eligibility is not None and not eligibility.eligible:
        return EscortCheck(EscortCheckStatus.REFUSED, eligibility.reasons, held_at=person.agency_id)
    if isinstance(alerts, UpstreamError):
        return EscortCheck(EscortCheckStatus.UNCHECKED, failure=alerts)
    status = EscortCheckStatus.HELD if eligibility is None else EscortCheckStatus.PASSED
    return EscortCheck(status, escape_list=escape_list_codes(codes), held_at=person.agency_id)


async def _answer(question: Awaitable[T]) -> T | UpstreamError:
    """Wait for an answer, or for why there is none: one system's silence must not end the other's question."""
    try:
        return await question
    except UpstreamError as error:
        return error


async def _sighted(platform: Platform, asked: list[tuple[PrisonNumber, Location]]) -> set[tuple[PrisonNumber, str]]:
    """Say whom the staff of each place have sight of by a move: one statement for each place."""
    window = sight_window(business_day(platform.clock()))
    by_place: dict[Location, set[PrisonNumber]] = {}
    for number, start in asked:
        by_place.setdefault(start, set()).add(number)
    found: set[tuple[PrisonNumber, str]] = set()
    async with platform.database.read() as connection:
        for start, numbers in by_place.items():
            seen = await moves.sighted(connection, numbers, window, within=scope_of_place(start))
            found.update((number, start.agency_id) for number in seen)
    return found
