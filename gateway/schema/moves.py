"""Moves, their lodgings and what is needed for them."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import allocations as allocation_values
from gateway.domain import journeys as journey_values
from gateway.domain import moves as values
from gateway.domain.escort_records import EscortRecord as EscortRecordValue
from gateway.domain.escort_records import EscortRecordStatus
from gateway.domain.escort_records import YouthRiskAssessment as YouthRiskAssessmentValue
from gateway.domain.locations import Location as LocationValue
from gateway.domain.moves import (
    EscortCheckStatus,
    LodgingStatus,
    MoveDirection,
    MoveOrderField,
    MoveStatus,
    MoveType,
    OrderDirection,
    VehicleKind,
)
from gateway.domain.people import Person as PersonValue
from gateway.domain.suppliers import Supplier as SupplierValue
from gateway.resolvers import connections as resolve_connection
from gateway.resolvers import moves as resolve
from gateway.resolvers.global_ids import NodeType
from gateway.resolvers.history import history
from gateway.schema import connections
from gateway.schema.cancellations import Cancellation
from gateway.schema.enums import register
from gateway.schema.escort_records import PersonEscortRecord
from gateway.schema.events import EventConnection
from gateway.schema.history import ChangeConnection
from gateway.schema.journeys import Journey, Tracking
from gateway.schema.locations import Location, Supplier
from gateway.schema.nodes import Node, id_field
from gateway.schema.people import Person
from gateway.schema.relations import RELATION, relation
from gateway.schema.scalars import PrisonNumber
from gateway.schema.youth_risk_assessments import YouthRiskAssessment

if TYPE_CHECKING:  # the two modules name each other's types
    from gateway.schema.allocations import Allocation

LazyAllocation = Annotated["Allocation", strawberry.lazy("gateway.schema.allocations")]

register(
    MoveType,
    "What a move is for.",
    {
        MoveType.COURT_APPEARANCE: "To a court, to appear there.",
        MoveType.COURT_OTHER: "For a court's business, to somewhere that is not a place of detention.",
        MoveType.HOSPITAL: "To a hospital, where the need arose in transit or at court.",
        MoveType.POLICE_TRANSFER: "From one police custody suite to another.",
        MoveType.PRISON_RECALL: "From police custody back to prison, on recall.",
        MoveType.PRISON_REMAND: "Into custody on remand.",
        MoveType.PRISON_TRANSFER: "From one establishment to another.",
        MoveType.VIDEO_REMAND: "From police custody, remanded by video link.",
        MoveType.APPROVED_PREMISES: "To approved premises.",
        MoveType.EXTRADITION: "To a place from which a person is extradited.",
    },
)
register(
    MoveStatus,
    "How far a move has come.",
    {
        MoveStatus.PROPOSED: "Asked for by a prison, not yet authorised: its supplier and destination do not see it.",
        MoveStatus.REQUESTED: "Authorised, and with its supplier.",
        MoveStatus.BOOKED: "Accepted by its supplier.",
        MoveStatus.IN_TRANSIT: "Under way.",
        MoveStatus.COMPLETED: "Arrived.",
        MoveStatus.CANCELLED: "Will not take place.",
    },
)
register(
    EscortCheckStatus,
    "Whether it is established that the escort contract covers the person.",
    {
        EscortCheckStatus.PASSED: "It does: NOMIS says so, or the Population Management Unit decided.",
        EscortCheckStatus.UNCHECKED: "NOMIS could not be asked yet; it is asked again by itself.",
        EscortCheckStatus.HELD: "The person's category is not a known one: a person has to decide.",
        EscortCheckStatus.REFUSED: "It does not. A move that is on all the same was arranged directly: act on it.",
        EscortCheckStatus.NOBODY: "Nobody with this prison number can be moved from there.",
        EscortCheckStatus.NOT_NEEDED: "Nobody with a prison number is named.",
    },
)
register(
    VehicleKind,
    "The kind of vehicle that is needed.",
    {
        VehicleKind.CELLULAR: "An ordinary cellular vehicle.",
        VehicleKind.SPECIAL: "One fitted for a special need. They are few.",
    },
)
register(
    LodgingStatus,
    "How far a lodging has come.",
    {
        LodgingStatus.PROPOSED: "Planned.",
        LodgingStatus.STARTED: "The person is there.",
        LodgingStatus.COMPLETED: "The person has left.",
        LodgingStatus.CANCELLED: "Will not take place.",
    },
)
register(
    MoveDirection,
    "Seen from a place.",
    {MoveDirection.INCOMING: "Arriving there.", MoveDirection.OUTGOING: "Leaving from there."},
)
register(
    MoveOrderField,
    "What to sort moves by.",
    {
        MoveOrderField.DATE: "The day on which they leave.",
        MoveOrderField.CREATED_AT: "When they were asked for.",
        MoveOrderField.UPDATED_AT: "When they last changed.",
        MoveOrderField.FROM_LOCATION: "The title of the place that they start from.",
        MoveOrderField.TO_LOCATION: "The title of the place that they go to; moves without one come first.",
    },
)
register(
    OrderDirection,
    "Which end to begin with.",
    {OrderDirection.ASC: "The least first.", OrderDirection.DESC: "The greatest first."},
)


@strawberry.type(description="The vehicle that a move needs. Special ones are few: a reason is asked for each.")
class VehicleNeeds:
    kind: VehicleKind = strawberry.field(description="The kind of vehicle.")
    reason: str | None = strawberry.field(description="Why it has to be a special one.")


@strawberry.type(description="A night or more on the way.")
class Lodging(Node):
    id: strawberry.ID = id_field(NodeType.LODGING, lambda root: root.id)
    location: LocationValue = strawberry.field(
        resolver=resolve.lodging_location, graphql_type=Location, description="Where."
    )
    start_date: dt.date = strawberry.field(description="The day of arriving there.")
    end_date: dt.date = strawberry.field(description="The day of leaving again.")
    status: LodgingStatus = strawberry.field(description="How far it has come.")

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        return isinstance(obj, values.Lodging)


@strawberry.type(
    description="One person's planned transfer. Visible to the establishment that sends, and once it is authorised to "
    "the one that receives, to where it lodges, to the supplier that carries it, and to the one that takes it over "
    "where its destination is another supplier's."
)
class Move(Node):
    id: strawberry.ID = id_field(NodeType.MOVE, lambda root: root.id)
    reference: str = strawberry.field(description="Short, to be said over the phone.")
    type: MoveType = strawberry.field(description="What it is for.")
    status: MoveStatus = strawberry.field(description="How far it has come.")
    date: dt.date | None = strawberry.field(description="The day of the move; null while it is only proposed.")
    date_from: dt.date | None = strawberry.field(description="The first day that would suit.")
    date_to: dt.date | None = strawberry.field(description="The last day that would suit.")
    time_due: dt.datetime | None = strawberry.field(description="When the person is due there.")
    person: PersonValue | None = relation(
        resolve.PERSON,
        Person | None,
        "Who is moved; null for a place in an allocation that nobody fills yet, and once the move no longer gives "
        "you sight of the person.",
    )
    from_location: LocationValue = strawberry.field(
        resolver=resolve.from_location, graphql_type=Location, description="Where it starts."
    )
    to_location: LocationValue | None = strawberry.field(
        resolver=resolve.to_location,
        graphql_type=Location | None,
        description="Where it ends; null where that is not settled, as on recall.",
    )
    supplier: SupplierValue | None = strawberry.field(
        resolver=resolve.supplier, graphql_type=Supplier | None, description="Who carries the person."
    )
    vehicle_needs: values.VehicleNeeds = strawberry.field(
        graphql_type=VehicleNeeds, description="The vehicle that is needed."
    )
    prison_transfer_reason: str | None = strawberry.field(description="Why the person changes establishment.")
    additional_information: str | None = strawberry.field(description="What else the escort should know.")
    recall_date: dt.date | None = strawberry.field(description="When the person was recalled.")
    cancellation: values.Cancellation | None = strawberry.field(
        graphql_type=Cancellation | None, description="Why and when it was cancelled."
    )
    allocation: allocation_values.Allocation | None = relation(
        resolve.ALLOCATION, LazyAllocation | None, "The allocation that it is part of, if you may see it."
    )
    journeys: Sequence[journey_values.Journey] | None = relation(
        resolve.JOURNEYS,
        list[Journey] | None,
        "Its legs, as the suppliers have them now; to a supplier its own alone. Null where that could not be had; an "
        "entry in `errors` says why.",
    )
    lodgings: Sequence[values.Lodging] = relation(
        resolve.LODGINGS, list[Lodging], "The nights on the way that are not cancelled, in order."
    )
    person_escort_record: EscortRecordValue | None = relation(
        resolve.ESCORT_RECORD,
        PersonEscortRecord | None,
        "Its dPER: from its start for the sender, for others once it was complete.",
    )
    youth_risk_assessment: YouthRiskAssessmentValue | None = relation(
        resolve.YOUTH_RISK_ASSESSMENT,
        YouthRiskAssessment | None,
        "Its youth risk assessment, where it leaves the youth estate; seen as its dPER is.",
    )
    events: object = strawberry.field(
        resolver=resolve.events,
        metadata={RELATION: resolve.events_by},
        graphql_type=EventConnection,
        description="What happened to the move, its journeys, its dPER and its person, in order.",
    )
    history: object = strawberry.field(
        resolver=history,
        graphql_type=ChangeConnection,
        description="Who changed what and when, from the request on; what was entered before this was kept is missing.",
    )
    tracking: journey_values.Tracking | None = relation(
        resolve.TRACKING,
        Tracking | None,
        "Where the vehicle is, as the supplier tells that saw it last; null unless the move is under way, and where "
        "the supplier gives none.",
    )
    escort_check: EscortCheckStatus = strawberry.field(
        description="Whether it is established that the escort contract covers the person."
    )
    recorded_retrospectively: bool = strawberry.field(
        description="Whether it was entered after the fact, once an outage was over."
    )
    created_at: dt.datetime = strawberry.field(description="When it was asked for.")
    updated_at: dt.datetime = strawberry.field(description="When it last changed.")
    version: int = strawberry.field(description="Rises by one at each change.")

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        return isinstance(obj, values.Move)


@strawberry.input(description="Narrows a list of moves. What is left out does not narrow; an empty list matches none.")
class MoveFilter:
    direction: MoveDirection | None = strawberry.field(
        default=None,
        description="Only moves that arrive at, or leave, one of `locationIds` (or of your own places).",
    )
    location_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Only moves that start, stop or end at one of these places."
    )
    date_from: dt.date | None = strawberry.field(default=None, description="Only moves on this day or later.")
    date_to: dt.date | None = strawberry.field(default=None, description="Only moves on this day or earlier.")
    statuses: list[MoveStatus] | None = strawberry.field(default=None, description="Only moves in these states.")
    types: list[MoveType] | None = strawberry.field(default=None, description="Only moves of these types.")
    supplier_key: str | None = strawberry.field(default=None, description="Only moves that this supplier carries.")
    prison_number: PrisonNumber | None = strawberry.field(default=None, description="Only moves of this person.")
    per_statuses: list[EscortRecordStatus] | None = strawberry.field(
        default=None, description="Only moves whose dPER is in one of these states."
    )


@strawberry.input(description="How to sort moves; equal ones keep a fixed order.")
class MoveOrder:
    field: MoveOrderField = strawberry.field(default=MoveOrderField.DATE, description="What to sort by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which end to begin with.")


@strawberry.type(description="A row of a list of moves.")
class MoveEdge:
    cursor: str = strawberry.field(description=connections.CURSOR)
    node: values.Move = strawberry.field(graphql_type=Move, description="The move.")


@strawberry.type(description="A page of moves.")
class MoveConnection:
    edges: Sequence[object] = strawberry.field(
        resolver=resolve_connection.edges, graphql_type=list[MoveEdge], description=connections.EDGES
    )
    nodes: Sequence[values.Move] = strawberry.field(
        resolver=resolve_connection.nodes, graphql_type=list[Move], description=connections.NODES
    )
    page_info: object = strawberry.field(
        resolver=resolve_connection.page_of, graphql_type=connections.PageInfo, description=connections.PAGE_INFO
    )
    total_count: int = strawberry.field(resolver=resolve_connection.total_count, description=connections.TOTAL)
