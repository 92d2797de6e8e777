"""Plans: which moves a day holds, of what type, from where, to where, for whom and how far along."""

import random
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Final
from uuid import UUID

from estate.geography import near, nearest, prisons_like, prisons_of_kind
from estate.model import AgencyType, MoveStatus, MoveType
from estate.pools import LEEDS, DayPeople
from estate.roster import Entry


class Phase(Enum):
    """Where a day lies, seen from the world's day."""

    PAST = "past"
    TODAY = "today"
    FUTURE = "future"


@dataclass(slots=True)
class Plan:
    """A move in outline.

    `proposal` tells that nobody ever authorised it, `refused` that the contract does not cover the person. `turn`
    counts the cancelled of a day, so that reasons come in turn.
    """

    move_type: MoveType
    status: MoveStatus
    from_agency: str
    to_agency: str | None
    entry: Entry | None
    proposal: bool = False
    refused: bool = False
    turn: int = 0
    allocation_id: UUID | None = None


_S: Final = MoveStatus
_BEFORE: Final = (*(_S.COMPLETED,) * 7, _S.CANCELLED)
_TODAY: Final = (
    _S.BOOKED,
    _S.IN_TRANSIT,
    _S.REQUESTED,
    _S.COMPLETED,
    _S.BOOKED,
    _S.IN_TRANSIT,
    _S.COMPLETED,
    _S.BOOKED,
    _S.REQUESTED,
    _S.CANCELLED,
    _S.COMPLETED,
)
_AFTER: Final = (_S.BOOKED, _S.REQUESTED, _S.BOOKED, _S.REQUESTED, _S.BOOKED, _S.REQUESTED, _S.CANCELLED, _S.BOOKED)
_STATUSES: Final = {Phase.PAST: _BEFORE, Phase.TODAY: _TODAY, Phase.FUTURE: _AFTER}
_OVERNIGHT: Final = {Phase.PAST: _S.COMPLETED, Phase.TODAY: _S.IN_TRANSIT, Phase.FUTURE: _S.BOOKED}

_NORTHERN_PRISONS: Final = ("MDI", "DNI", "HLI", "LHI", "WDI", "NMI", "WWI", "RNI", "MDI", "MRI", "LII", "DMI")
_LEEDS_POLICE: Final = ("WYP1", "WYP2", "WYP1", "WYP3")
_EXTRADITION_POINTS: Final = {"geoamey": "GMP13", "serco": "MPS34"}

# Out of every hundred moves that do not touch Leeds.
_MIX: Final = (
    *(MoveType.COURT_APPEARANCE,) * 38,
    *(MoveType.PRISON_TRANSFER,) * 21,
    *(MoveType.PRISON_REMAND,) * 15,
    *(MoveType.HOSPITAL,) * 7,
    *(MoveType.PRISON_RECALL,) * 6,
    *(MoveType.POLICE_TRANSFER,) * 4,
    *(MoveType.VIDEO_REMAND,) * 2,
    *(MoveType.COURT_OTHER,) * 3,
    *(MoveType.APPROVED_PREMISES,) * 2,
    *(MoveType.EXTRADITION,) * 2,
)


class DayPlanner:
    """Plans one day out of its own random stream."""

    def __init__(self, rng: random.Random, people: DayPeople, phase: Phase) -> None:
        self._rng = rng
        self._people = people
        self._phase = phase
        self._statuses = _STATUSES[phase]
        self._turn = rng.randrange(len(self._statuses))
        self.plans: list[Plan] = []

    def leeds(self) -> None:
        """Plan what touches Leeds: 60 to 80 moves with those of its allocations, so many whatever the scale."""
        for place in range(17 + self._rng.randrange(4)):
            court = ("LEEDCC", "LEEDCC", "LEEDMC", "LEEDCC", "BRADCC")[place % 5]
            self._leave(MoveType.COURT_APPEARANCE, LEEDS, court)
        for place in range(3):
            self._leave(MoveType.HOSPITAL, LEEDS, ("LGIHOS", "STJHOS", "RAMHSH")[place])
        self._leave(MoveType.APPROVED_PREMISES, LEEDS, "LDSAP")
        self._leave(MoveType.COURT_OTHER, LEEDS, "LDSPRO")
        self._leave(MoveType.EXTRADITION, LEEDS, _EXTRADITION_POINTS["geoamey"])
        for prison in _NORTHERN_PRISONS[:10]:
            self._transfer(LEEDS, prison)
        self._overnight(LEEDS, "EXI")
        self._proposal(LEEDS, "MDI")
        self._proposal("MDI", LEEDS)
        for place in range(12 + self._rng.randrange(3)):
            kind = MoveType.PRISON_RECALL if place % 3 == 0 else MoveType.PRISON_REMAND
            self._admit(kind, _LEEDS_POLICE[place % 4], LEEDS)
        for place in range(8):
            self._admit(MoveType.PRISON_REMAND, "LEEDCC" if place % 4 else "BRADCC", LEEDS)
        for place in range(7):
            self._transfer(("MDI", "WWI", "MDI", "DNI", "MDI", "HLI", "LHI")[place], LEEDS)

    def elsewhere(self, count: int) -> None:
        """Plan so many more moves; the first of them are one of each type, so that no day lacks any."""
        for place in range(count):
            kind = _MIX[place * 37 % 100] if place >= len(MoveType) else tuple(MoveType)[place]
            self._one(kind, place)

    def slot(self, from_agency: str, to_agency: str, status: MoveStatus, allocation_id: UUID, *, filled: bool) -> Plan:
        """Plan a place in an allocation; whoever fills it is, once carried, at the place they went to."""
        entry = self._traveller(from_agency, to_agency, status) if filled else None
        if entry is None:
            ahead = status is not MoveStatus.CANCELLED and self._phase is not Phase.PAST
            status = MoveStatus.REQUESTED if ahead else MoveStatus.CANCELLED
        plan = Plan(MoveType.PRISON_TRANSFER, status, from_agency, to_agency, entry, allocation_id=allocation_id)
        self.plans.append(plan)
        return plan

    def refuse(self, entry: Entry, to_agency: str) -> None:
        """Plan the one move that somebody asked for although the contract leaves this person to others."""
        if entry.home is not None:
            court = MoveType.COURT_APPEARANCE
            self.plans.append(Plan(court, MoveStatus.CANCELLED, entry.home, to_agency, entry, refused=True))

    def _status(self) -> MoveStatus:
        self._turn += 1
        return self._statuses[self._turn % len(self._statuses)]

    def _leave(self, kind: MoveType, prison: str, to_agency: str) -> None:
        entry = self._people.at(prison)
        if entry is not None:
            self.plans.append(Plan(kind, self._status(), prison, to_agency, entry))

    def _admit(self, kind: MoveType, from_agency: str, prison: str) -> None:
        """Bring somebody in from outside; one who arrived before today is of that prison by now."""
        status = self._status()
        arrived = self._phase is Phase.PAST and status is MoveStatus.COMPLETED
        entry = (self._people.at(prison) if arrived else None) or self._people.outside("men")
        if entry is not None:
            self.plans.append(Plan(kind, status, from_agency, prison, entry))

    def _transfer(self, from_agency: str, to_agency: str) -> None:
        status, proposal = self._transfer_status()
        entry = self._traveller(from_agency, to_agency, status)
        if entry is not None:
            plan = Plan(MoveType.PRISON_TRANSFER, status, from_agency, to_agency, entry, proposal=proposal)
            self.plans.append(plan)

    def _overnight(self, from_agency: str, to_agency: str) -> None:
        """Plan a transfer across the country with a night on the way: done, under way or booked."""
        status = _OVERNIGHT[self._phase]
        entry = self._people.overnight_at(to_agency if self._phase is Phase.PAST else from_agency)
        if entry is not None:
            self.plans.append(Plan(MoveType.PRISON_TRANSFER, status, from_agency, to_agency, entry))

    def _proposal(self, from_agency: str, to_agency: str) -> None:
        """Plan a single request that waits for review; of a day that is over, one that was never granted."""
        status = MoveStatus.CANCELLED if self._phase is Phase.PAST else MoveStatus.PROPOSED
        entry = self._people.at(from_agency)
        if entry is not None:
            plan = Plan(MoveType.PRISON_TRANSFER, status, from_agency, to_agency, entry, proposal=True)
            self.plans.append(plan)

    def _transfer_status(self) -> tuple[MoveStatus, bool]:
        """Draw a status; a fifth of those still ahead are proposals, and half of the cancelled never got beyond one."""
        status = self._status()
        ahead = status in {MoveStatus.REQUESTED, MoveStatus.BOOKED}
        if ahead and self._rng.random() < 0.2:
            return MoveStatus.PROPOSED, True
        return status, status is MoveStatus.CANCELLED and self._rng.random() < 0.5

    def _traveller(self, from_agency: str, to_agency: str, status: MoveStatus) -> Entry | None:
        arrived = self._phase is Phase.PAST and status is MoveStatus.COMPLETED
        return (self._people.at(to_agency) if arrived else None) or self._people.at(from_agency)

    def _one(self, kind: MoveType, place: int) -> None:
        rng = self._rng
        if kind is MoveType.POLICE_TRANSFER:
            origin = _pick(rng, near("DRB8" if place % 2 else "MPS34", AgencyType.POLICE))
            self._outsider(kind, origin, _pick(rng, near(origin, AgencyType.POLICE)))
        elif kind is MoveType.PRISON_RECALL:
            self._received(kind, place)
        elif kind is MoveType.VIDEO_REMAND:
            self._outsider(kind, _pick(rng, _police()), None)
        elif kind is MoveType.PRISON_REMAND:
            self._received(kind, place)
        elif kind is MoveType.COURT_APPEARANCE and place % 6 == 0:
            self._to_court_from_outside(place)
        else:
            self._from_prison(kind)

    def _outsider(self, kind: MoveType, origin: str, destination: str | None) -> None:
        entry = self._people.outside("men") or self._people.outside("women")
        if entry is not None:
            self.plans.append(Plan(kind, self._status(), origin, destination, entry))

    def _received(self, kind: MoveType, place: int) -> None:
        """Take somebody from police or court to a prison of their kind; some recalls have no destination yet."""
        rng = self._rng
        who = "women" if place % 9 == 4 else "youth" if place % 9 == 7 else "men"
        entry = self._people.outside(who)
        if entry is None:
            return
        police = kind is MoveType.PRISON_RECALL or rng.random() < 0.6
        origin = _pick(rng, _police() if police else _courts())
        if kind is MoveType.PRISON_RECALL and rng.random() < 0.3:
            destination = None
        elif who == "youth" and rng.random() < 0.5:
            destination = _pick(rng, near(origin, AgencyType.SCH, AgencyType.STC))
        else:
            destination = _pick(rng, _closest(origin, who))
        self.plans.append(Plan(kind, self._status(), origin, destination, entry))

    def _to_court_from_outside(self, place: int) -> None:
        young = place % 4 == 0
        entry = self._people.outside("youth" if young else "men")
        if entry is None:
            return
        origin = _pick(self._rng, near("SCH1", AgencyType.SCH, AgencyType.STC) if young else _police())
        court = _pick(self._rng, near(origin, AgencyType.CRT))
        self.plans.append(Plan(MoveType.COURT_APPEARANCE, self._status(), origin, court, entry))

    def _from_prison(self, kind: MoveType) -> None:
        entry = self._people.anywhere_but_leeds()
        if entry is None or entry.home is None:
            return
        home = entry.home
        if kind is MoveType.PRISON_TRANSFER:
            self._transfer_of(entry, home)
        else:
            self.plans.append(Plan(kind, self._status(), home, self._destination(kind, home), entry))

    def _transfer_of(self, entry: Entry, home: str) -> None:
        others = [key for key in prisons_like(home) if key != LEEDS]
        local = [key for key in _closest(home, entry.kind) if key not in {LEEDS, home}]
        other = _pick(self._rng, tuple(local) if local and self._rng.random() < 0.7 else tuple(others))
        status, proposal = self._transfer_status()
        arrived = self._phase is Phase.PAST and status is MoveStatus.COMPLETED
        origin, destination = (other, home) if arrived else (home, other)
        self.plans.append(Plan(MoveType.PRISON_TRANSFER, status, origin, destination, entry, proposal=proposal))

    def _destination(self, kind: MoveType, home: str) -> str:
        rng = self._rng
        if kind is MoveType.COURT_APPEARANCE:
            return _pick(rng, near(home, AgencyType.CRT))
        if kind is MoveType.HOSPITAL:
            return _pick(rng, near(home, AgencyType.HOSPITAL, AgencyType.HSHOSP))
        if kind is MoveType.APPROVED_PREMISES:
            return _pick(rng, near(home, AgencyType.APPR))
        if kind is MoveType.EXTRADITION:
            return _EXTRADITION_POINTS["geoamey" if rng.random() < 0.5 else "serco"]
        return _pick(rng, near(home, AgencyType.COMM, AgencyType.IMDC))


def _pick(rng: random.Random, places: tuple[str, ...]) -> str:
    return places[int(rng.random() * len(places))]


@cache
def _police() -> tuple[str, ...]:
    return near("LEEDCC", AgencyType.POLICE) + near("WWI", AgencyType.POLICE) + near("MOLDCC", AgencyType.POLICE)


@cache
def _courts() -> tuple[str, ...]:
    return near("ACI", AgencyType.CRT) + near("WWI", AgencyType.CRT) + near("CFI", AgencyType.CRT)


@cache
def _closest(origin: str, kind: str) -> tuple[str, ...]:
    """Return the prisons for a kind of people that lie nearest to a place; Leeds has its own share."""
    return nearest(origin, (key for key in prisons_of_kind(kind) if key != LEEDS))


def phase_of(day: date, today: date) -> Phase:
    if day == today:
        return Phase.TODAY
    return Phase.PAST if day < today else Phase.FUTURE
