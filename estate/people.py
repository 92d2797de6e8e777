"""People as NOMIS has them: made on demand from the roster, and each only once."""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, TypeVar, overload
from zoneinfo import ZoneInfo

from estate.agencies import IN_TRANSIT, OUTSIDE
from estate.alerts import alerts_of, misread_alerts
from estate.contacts import contacts_of
from estate.health import adjustments_of, care_needs_of
from estate.keys import stream
from estate.model import Alert, Movement, Person
from estate.names import AWKWARD_SURNAMES, MEN, SURNAMES, WOMEN
from estate.roster import Entry
from estate.whereabouts import Whereabouts, at_home

_T = TypeVar("_T")
_LONDON: Final = ZoneInfo("Europe/London")

# The people of Leeds whose alerts are easily misread, by their place in the roster.
_MISREAD: Final = (56, 59, 62, 65, 68, 71)
# One without any alert, and one with nothing but needs and adjustments.
_PLAIN: Final = 53
_NEEDS_CARE: Final = 74

_ETHNICITIES: Final = (
    *(("W1", "White: Eng./Welsh/Scot./N.Irish/British"),) * 60,
    *(("A2", "Asian/Asian British: Pakistani"),) * 6,
    *(("A1", "Asian/Asian British: Indian"),) * 3,
    *(("B2", "Black/Black British: African"),) * 7,
    *(("B1", "Black/Black British: Caribbean"),) * 6,
    *(("M1", "Mixed: White and Black Caribbean"),) * 4,
    *(("W9", "White: Any other background"),) * 7,
    *(("W3", "White: Gypsy or Irish Traveller"),) * 3,
    ("O2", "Other: Arab"),
    ("NS", "Prefer not to say"),
)
_NATIONALITIES: Final = (
    *("British",) * 40,
    *("Polish", "Romanian", "Albanian", "Irish", "Jamaican", "Lithuanian", "Vietnamese", "Somali"),
)
_RELIGIONS: Final = (
    *("No religion",) * 5,
    *("Church of England",) * 4,
    *("Roman Catholic",) * 3,
    *("Muslim",) * 3,
    *("Buddhist", "Sikh", "Pagan", "Jewish"),
)
# Reception, full, review, and the bare rating; two kinds are rare.
_CSRA_KINDS: Final = (*("CSR",) * 5, *("CSRREV",) * 3, *("CSR1",) * 2, *("CSRF",) * 2, "CSRH", "CSRDO")
_CSRA_COMMENTS: Final = (*(None,) * 6, "Reviewed with wing staff.", "Single cell until the next review.")
_PNC_LETTERS: Final = "ZABCDEFGHJKLMNPQRTUVWXY"
_LAST_PRISONS: Final = ("LEI", "MDI", "HLI", "DNI", "WWI", "PVI", "BMI", "LPI")
_LAST_WOMENS_PRISONS: Final = ("NHI", "STI", "BZI")
_COURTS: Final = ("LEEDCC", "LEEDMC", "BOLTCC", "SNARCC", "THMSMC")
_YOUNG_CATEGORIES: Final = frozenset({"I", "J", "V"})

_BOOKINGS_FROM: Final = 1_200_000
_BOOKINGS: Final = 1_000_000
_STEP: Final = 7_919  # a prime that does not divide a million: multiplying only changes the order


class People(Sequence[Person]):
    """Everybody, in the order of the roster. `moved` are the few whose own move of today put them elsewhere."""

    def __init__(self, seed: int, today: date, roster: Sequence[Entry], moved: Mapping[str, Whereabouts]) -> None:
        self._seed = seed
        self._today = today
        self._roster = roster
        self._moved = moved
        self._made: dict[int, Person] = {}
        self._index = {entry.number: entry.index for entry in roster}

    def __len__(self) -> int:
        return len(self._roster)

    @overload
    def __getitem__(self, index: int) -> Person: ...

    @overload
    def __getitem__(self, index: slice) -> list[Person]: ...

    def __getitem__(self, index: int | slice) -> Person | list[Person]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        entry = self._roster[index]
        made = self._made.get(entry.index)
        if made is None:
            made = self._made[entry.index] = person_of(self._seed, entry, self._today, self._moved.get(entry.number))
        return made

    def by_number(self, number: str) -> Person | None:
        index = self._index.get(number)
        return None if index is None else self[index]


def last_prison_of(entry: Entry) -> str | None:
    """Return the prison that released somebody, or that they left last; None for those still in their first."""
    if entry.home == OUTSIDE:
        prisons = _LAST_WOMENS_PRISONS if entry.kind == "women" else _LAST_PRISONS
        return prisons[entry.index % len(prisons)]
    return _LAST_PRISONS[entry.index % 3] if entry.home == IN_TRANSIT else None


def person_of(seed: int, entry: Entry, today: date, moved: Whereabouts | None = None) -> Person:
    """Make a person. Only somebody whom a prison booked in once has a booking, a category and alerts."""
    rng = stream(seed, "person", entry.index)
    where = moved or at_home(entry.home, last_prison_of(entry))
    female = entry.kind == "women"
    born = _birthday(rng, entry, today)
    ethnicity_code, ethnicity = _one_of(rng, _ETHNICITIES)
    booked = where.agency_id is not None
    received = today - timedelta(days=1 + int(rng.random() ** 2 * 1_400)) if booked else None
    prison = where.agency_id if where.active else where.last_prison_id
    first_names = WOMEN if female else MEN
    number = entry.number
    needs = care_needs_of(rng, entry.index, today, female=female, sure=entry.index == _NEEDS_CARE) if booked else ()
    year = born.year + 14 + int(rng.random() * 8)
    # What was added to the world later has streams of its own, so that nothing else in it changed.
    csra = stream(seed, "csra", entry.index)
    return Person(
        prison_number=number,
        booking_id=_BOOKINGS_FROM + (entry.index * _STEP + seed) % _BOOKINGS if booked else None,
        book_number=_book_number(seed, entry.index) if booked else None,
        first_name=_one_of(rng, first_names),
        middle_names=_one_of(rng, first_names) if rng.random() < 0.35 else None,
        last_name=_one_of(rng, AWKWARD_SURNAMES if rng.random() < 0.03 else SURNAMES),
        date_of_birth=born,
        gender="Female" if female else "Male",
        sex_code="F" if female else "M",
        ethnicity=ethnicity,
        ethnicity_code=ethnicity_code,
        nationality=_one_of(rng, _NATIONALITIES),
        religion=_one_of(rng, _RELIGIONS),
        pnc_number=_pnc(rng, min(year, today.year)) if rng.random() < 0.9 else None,
        cro_number=_cro(rng, min(year, today.year)) if rng.random() < 0.7 else None,
        category=entry.category if booked else None,
        csra=(None if rng.random() < 0.04 else "HI" if rng.random() < 0.12 else "STANDARD") if booked else None,
        assessed_on=None if received is None else min(received + timedelta(days=7), today),
        legal_status=_legal_status(rng, entry.category),
        agency_id=where.agency_id,
        last_prison_id=where.last_prison_id or prison,
        in_out_status=where.in_out,
        active=where.active,
        cell=_cell(rng) if where.in_out == "IN" else None,
        received_on=received,
        alerts=_alerts(rng, entry, prison, today) if booked else (),
        care_needs=needs,
        adjustments=(
            adjustments_of(rng, needs, prison, today, sure=entry.index == _NEEDS_CARE)
            if booked and prison is not None
            else ()
        ),
        movements=_movements(rng, where, prison, received, today),
        contacts=contacts_of(stream(seed, "contacts", entry.index), entry.index, received) if received else (),
        csra_code=_one_of(csra, _CSRA_KINDS),
        csra_review_on=today + timedelta(days=int(csra.random() * 400) - 40) if csra.random() < 0.3 else None,
        csra_comment=_one_of(csra, _CSRA_COMMENTS),
    )


def _alerts(rng: random.Random, entry: Entry, prison: str | None, today: date) -> tuple[Alert, ...]:
    if entry.index in _MISREAD:
        return misread_alerts(entry.number, prison, today, _MISREAD.index(entry.index))
    drawn = entry.index not in {_PLAIN, _NEEDS_CARE}
    return alerts_of(rng, entry.number, prison, today, entry.shown_alerts, drawn=drawn)


def _birthday(rng: random.Random, entry: Entry, today: date) -> date:
    """Draw a day of birth that fits: children in the youth estate, young adults in the categories for them."""
    if entry.kind == "youth":
        age = 15 + int(rng.random() * 3)
    elif entry.category in _YOUNG_CATEGORIES:
        age = 18 + int(rng.random() * 3)
    else:
        age = 21 + int(rng.random() ** 1.6 * 52)
    # The birthday of this year has been: 28 days at least, so that it is no other year's by the end of the week.
    return date(today.year - age, 1, 1) - timedelta(days=int(rng.random() * 330))


def _legal_status(rng: random.Random, category: str | None) -> str:
    if category in {None, "U"}:
        return "CONVICTED_UNSENTENCED" if rng.random() < 0.25 else "REMAND"
    chance = rng.random()
    return "RECALL" if chance < 0.12 else "INDETERMINATE_SENTENCE" if chance < 0.18 else "SENTENCED"


def _book_number(seed: int, index: int) -> str:
    number = (index * _STEP + seed) % 1_000_000
    return f"{'ABCDEFGHJK'[number // 100_000]}{number % 100_000:05d}"


def _pnc(rng: random.Random, year: int) -> str:
    """Make a PNC number with the check letter that the scheme gives: two digits of the year, serial, letter."""
    serial = 1 + int(rng.random() * 999_999)
    return f"{year % 100:02d}/{serial}{_PNC_LETTERS[(year % 100 * 10_000_000 + serial) % 23]}"


def _cro(rng: random.Random, year: int) -> str:
    return f"{1 + int(rng.random() * 199_999)}/{year % 100:02d}{_PNC_LETTERS[int(rng.random() * 23)]}"


def _cell(rng: random.Random) -> str:
    if rng.random() < 0.03:
        return "RECP"
    return f"{'ABCDEF'[int(rng.random() * 6)]}-{1 + int(rng.random() * 4)}-{1 + int(rng.random() * 40):03d}"


def _movements(
    rng: random.Random, where: Whereabouts, prison: str | None, received: date | None, today: date
) -> tuple[Movement, ...]:
    """Tell how they came in, a day at court, and how they went out again; in the order in which it happened."""
    if received is None or prison is None:
        return ()
    court = _one_of(rng, _COURTS)
    made = [Movement("ADM", "N", "IN", court, prison, _at(received, 18 * 60))]
    since = (today - received).days
    if since > 10 and rng.random() < 0.4:
        day = received + timedelta(days=1 + int(rng.random() * (since - 2)))
        made += (
            Movement("CRT", "CRT", "OUT", prison, court, _at(day, 7 * 60 + 20)),
            Movement("CRT", "CRT", "IN", court, prison, _at(day, 16 * 60 + 40)),
        )
    early = _at(today, 6 * 60 + 15)
    if where.agency_id == OUTSIDE:
        released = received + timedelta(days=since // 2 + 1) if since else today
        made = [each for each in made if each.moved_at.date() < released]
        made.append(Movement("REL", "CR", "OUT", prison, OUTSIDE, _at(released, 9 * 60)))
    elif where.agency_id == IN_TRANSIT:
        made.append(Movement("TRN", "NOTR", "OUT", prison, IN_TRANSIT, early))
    elif where.in_out == "OUT":
        made.append(Movement("CRT", "CRT", "OUT", prison, court, early))
    elif where.last_prison_id is not None:
        made.append(Movement("TRN", "INT", "IN", where.last_prison_id, prison, early))
    return tuple(made)


def _at(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time(minutes // 60, minutes % 60), _LONDON).astimezone(UTC)


def _one_of(rng: random.Random, choices: Sequence[_T]) -> _T:
    return choices[int(rng.random() * len(choices))]
