"""What NOMIS has on record about the person of a dPER, as it was last told."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from gateway.domain.questions import NomisKind


class NomisSyncState(StrEnum):
    """How asking NOMIS for one kind of records went the last time."""

    NEVER = "never"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class NomisRecord:
    """One record. `code` and `description` are NOMIS's own; both dates are London's, and a day that is named counts."""

    kind: NomisKind
    code: str
    description: str
    comment: str | None
    start_date: date | None
    end_date: date | None


@dataclass(frozen=True, slots=True)
class NomisSync:
    """How one kind of records stands. `synced_at` is when NOMIS last told them: a later failure leaves it as it is."""

    kind: NomisKind
    state: NomisSyncState
    synced_at: datetime | None

    @property
    def resource(self) -> str:
        """Return the name of all records of the kind: `alerts`."""
        return f"{self.kind.value}s"

    @property
    def status(self) -> str:
        """Return the state as clients read it: `SUCCEEDED`."""
        return self.state.name


NEVER_SYNCED: Final = tuple(NomisSync(kind, NomisSyncState.NEVER, None) for kind in NomisKind)


@dataclass(frozen=True, slots=True)
class NomisSnapshot:
    """What is known of the person of one dPER: the records of all kinds, and how each kind stands, in their order."""

    syncs: tuple[NomisSync, ...] = NEVER_SYNCED
    records: tuple[NomisRecord, ...] = ()


NOTHING_KNOWN: Final = NomisSnapshot()
