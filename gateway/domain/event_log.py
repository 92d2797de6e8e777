"""The event log as a sequence: where an event stands in it, and who could see its move."""

from dataclasses import dataclass

from gateway.domain.events import Event
from gateway.domain.ids import AgencyId, SupplierKey
from gateway.domain.moves import Lodging, LodgingStatus, Move


@dataclass(frozen=True, slots=True, order=True)
class LogPosition:
    """A place in the log's total order: by the transaction that wrote an event, then by its number.

    On SQLite, where one transaction writes at a time, the number alone orders and the transaction is 0.
    """

    transaction_id: int
    number: int


@dataclass(frozen=True, slots=True)
class Sight:
    """What decides who may see a move: the facts that `policies.scope.sees` reads."""

    from_agency: AgencyId
    to_agency: AgencyId | None
    lodging_agencies: frozenset[AgencyId]
    """Where it lodges; a cancelled lodging counts for nothing."""
    supplier: SupplierKey | None
    receiving_supplier: SupplierKey | None
    authorised: bool

    @property
    def places(self) -> frozenset[AgencyId]:
        """The places of the move, whoever may see it."""
        ends = {self.from_agency} if self.to_agency is None else {self.from_agency, self.to_agency}
        return self.lodging_agencies | ends


def sight_of(move: Move, stays: tuple[Lodging, ...]) -> Sight:
    """Return the facts of a move with its lodgings."""
    return Sight(
        from_agency=move.from_agency,
        to_agency=move.to_agency,
        lodging_agencies=frozenset(stay.agency_id for stay in stays if stay.status is not LodgingStatus.CANCELLED),
        supplier=move.supplier,
        receiving_supplier=move.receiving_supplier,
        authorised=move.authorised_at is not None,
    )


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event at its place in the log, beside its move as it was when that was read."""

    position: LogPosition
    event: Event
    move: Move
    sight: Sight
    driver: SupplierKey | None
    """Who drives the event's journey, where it is about one that was reported to us."""
    sight_before: Sight | None
    """What it was before the change that wrote this event; None where that change moved nobody's sight."""
    read_at: float
    """When the move was read, in seconds of the process's own clock."""
