"""What NOMIS has on record about the person of a dPER, as it was last told."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gateway.domain.ids import EscortRecordId, MoveId, PrisonNumber


class NomisKind(StrEnum):
    """The sorts of records in NOMIS that bear on the questions of a dPER. Codes of two sorts are never the same."""

    ALERT = "alert"
    ASSESSMENT = "assessment"
    CONTACT = "contact"
    PERSONAL_CARE_NEED = "personal_care_need"
    REASONABLE_ADJUSTMENT = "reasonable_adjustment"

    @property
    def resource(self) -> str:
        """Return the name of all records of the sort: `alerts`."""
        return f"{self.value}s"


class NomisSyncState(StrEnum):
    """How asking NOMIS for one sort of records went the last time."""

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
    """How one sort of records stands: `synced_at` is when NOMIS last told them, which a later failure leaves as it is."""

    kind: NomisKind
    state: NomisSyncState
    synced_at: datetime | None

    @property
    def resource(self) -> str:
        return self.kind.resource

    @property
    def status(self) -> str:
        """Return the state as clients read it: `SUCCEEDED`."""
        return self.state.name


@dataclass(frozen=True, slots=True)
class NomisSnapshot:
    """What is known of one person for one dPER: all sorts of records, and how each of them stands.

    `refreshable` says whether it is still brought up to date. `asked_at` is when NOMIS was last asked for any of it.
    """

    syncs: tuple[NomisSync, ...]
    records: tuple[NomisRecord, ...]
    refreshable: bool
    asked_at: datetime | None


NEVER_SYNCED = tuple(NomisSync(kind, NomisSyncState.NEVER, None) for kind in NomisKind)


@dataclass(frozen=True, slots=True)
class Refresh:
    """A dPER whose records are to be asked for. `attempts` counts the tries that failed since the last success."""

    record_id: EscortRecordId
    move_id: MoveId
    prison_number: PrisonNumber | None
    open: bool
    attempts: int
