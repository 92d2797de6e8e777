"""Asks NOMIS for all that bears on dPERs, about many people at once."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from datetime import date
from typing import TypeAlias, TypeVar

from gateway.adapters.nomis import Nomis
from gateway.domain.errors import UpstreamError
from gateway.domain.ids import PrisonNumber
from gateway.domain.nomis_records import NomisRecord
from gateway.domain.questions import NomisKind
from gateway.policies.escort_records.nomis_records import (
    adjustment_records,
    alert_records,
    assessment_records,
    care_need_records,
    contact_records,
)

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
Rows = TypeVar("Rows")

ToldByNomis: TypeAlias = Mapping[NomisKind, tuple[NomisRecord, ...] | None]
"""Of one person, what NOMIS told of each kind; None where it did not."""


async def ask(nomis: Nomis, numbers: Collection[PrisonNumber], today: date) -> dict[PrisonNumber, ToldByNomis]:
    """Ask about people; no kind fails for want of another, and nobody for want of somebody else.

    Four questions, however many people there are, and two for each latest booking: NOMIS tells adjustments and contacts
    by booking only. Of somebody whom NOMIS does not know by this number, as after their numbers were merged, every kind
    failed: it must not look as if nothing were known about them.
    """
    bookings, alerts, needs, assessments = await asyncio.gather(
        _answer(nomis.prisoner_search.bookings(numbers)),
        _answer(nomis.alerts.alerts(numbers, include_inactive=False)),
        _answer(nomis.prison_api.care_needs(numbers)),
        _answer(nomis.prison_api.cell_sharing_assessments(numbers)),
    )
    latest = [one for one in (bookings or {}).values() if isinstance(one, int)]
    adjustments, contacts = await asyncio.gather(
        nomis.prison_api.reasonable_adjustments(latest), nomis.prison_api.contacts(latest)
    )
    told: dict[PrisonNumber, ToldByNomis] = {}
    for number in numbers:
        if bookings is not None and number not in bookings:
            told[number] = dict.fromkeys(NomisKind)
            continue
        booking = None if bookings is None else bookings[number]
        # Who was never booked in has nothing that hangs on a booking.
        unbooked = () if bookings is not None and booking is None else None
        told[number] = {
            NomisKind.ALERT: _made(_rows(alerts, number), lambda rows: alert_records(rows, today)),
            NomisKind.PERSONAL_CARE_NEED: _made(_rows(needs, number), lambda rows: care_need_records(rows, today)),
            NomisKind.ASSESSMENT: _made(_rows(assessments, number), lambda rows: assessment_records(rows, today)),
            NomisKind.REASONABLE_ADJUSTMENT: _made(
                _rows(adjustments, booking) if isinstance(booking, int) else unbooked,
                lambda rows: adjustment_records(rows, today),
            ),
            NomisKind.CONTACT: _made(
                _rows(contacts, booking) if isinstance(booking, int) else unbooked, contact_records
            ),
        }
    return told


async def _answer(question: Awaitable[T]) -> T | None:
    """Wait for an answer; None where there is none, which the caller's log has the reason of."""
    try:
        return await question
    except UpstreamError:
        return None


def _rows(found: Mapping[K, Rows | UpstreamError] | None, key: K) -> Rows | None:
    value = None if found is None else found.get(key)
    return None if isinstance(value, UpstreamError) else value


def _made(rows: Rows | None, make: Callable[[Rows], tuple[NomisRecord, ...]]) -> tuple[NomisRecord, ...] | None:
    return None if rows is None else make(rows)
