"""Use cases, each bound to one viewer: the only callers of the store and the adapters."""

from dataclasses import dataclass

from gateway.domain.changes import Author
from gateway.domain.questions import QuestionSets
from gateway.domain.viewer import Viewer
from gateway.policies.scope import allocation_scope_of, escort_record_scope_of, scope_of
from gateway.services.access_log import AccessRecorder
from gateway.services.alerts import Alerts
from gateway.services.allocation_places import AllocationPlaces
from gateway.services.allocation_requests import AllocationRequests
from gateway.services.allocations import Allocations
from gateway.services.amendments import Amendments
from gateway.services.bookings import Bookings
from gateway.services.escort_record_changes import EscortRecordChanges
from gateway.services.escort_records import EscortRecords
from gateway.services.event_recording import EventRecording
from gateway.services.event_subjects import Subjects
from gateway.services.events import Events
from gateway.services.history import History
from gateway.services.journey_creation import JourneyCreation
from gateway.services.journeys import Journeys
from gateway.services.locations import Locations
from gateway.services.moves import Moves
from gateway.services.nomis_records import NomisRecords
from gateway.services.people import People
from gateway.services.platform import Platform
from gateway.services.question_sets import question_sets
from gateway.services.record_printing import RecordPrinting
from gateway.services.reviews import Reviews


@dataclass(frozen=True, slots=True)
class Services:
    """All that a resolver may reach: everything in it is limited to what its viewer may see."""

    people: People
    alerts: Alerts
    moves: Moves
    journeys: Journeys
    escort_records: EscortRecords
    nomis_records: NomisRecords
    escort_record_changes: EscortRecordChanges
    record_printing: RecordPrinting
    allocations: Allocations
    events: Events
    history: History
    locations: Locations
    question_sets: QuestionSets
    bookings: Bookings
    amendments: Amendments
    reviews: Reviews
    allocation_requests: AllocationRequests
    allocation_places: AllocationPlaces
    event_recording: EventRecording
    journey_creation: JourneyCreation

    @classmethod
    async def for_viewer(
        cls, platform: Platform, viewer: Viewer, *, operation: str | None, request_id: str
    ) -> "Services":
        """Bind the services to a viewer: the only way to make them."""
        access = AccessRecorder(platform.access_log, viewer, platform.clock, operation=operation, request_id=request_id)
        scope = scope_of(viewer)
        journeys = Journeys(platform, scope)
        records = escort_record_scope_of(viewer)
        subjects = Subjects(platform, scope, records, journeys)
        allocations = allocation_scope_of(viewer)
        author = Author(viewer.username, viewer.client_id, viewer.supplier, request_id)
        locations = Locations(await platform.reference_book.current())
        return cls(
            people=People(platform, scope, access),
            alerts=Alerts(platform),
            moves=Moves(platform, scope, access),
            journeys=journeys,
            nomis_records=NomisRecords(platform, records),
            escort_records=EscortRecords(platform, records, access),
            escort_record_changes=EscortRecordChanges(platform, viewer, records, access, author),
            record_printing=RecordPrinting(
                platform,
                viewer,
                access,
                records=EscortRecords(platform, records, access),
                moves=Moves(platform, scope, access),
                people=People(platform, scope, access),
                alerts=Alerts(platform),
                nomis=NomisRecords(platform, records),
                locations=locations,
            ),
            allocations=Allocations(platform, allocations),
            events=Events(platform, scope),
            history=History(platform, scope),
            locations=locations,
            question_sets=question_sets(),
            bookings=Bookings(platform, viewer, scope, access, author),
            amendments=Amendments(platform, viewer, scope, access, author),
            reviews=Reviews(platform, viewer, scope, access, author),
            allocation_requests=AllocationRequests(platform, viewer, allocations, access, author),
            allocation_places=AllocationPlaces(platform, viewer, allocations, access, author),
            event_recording=EventRecording(platform, viewer, scope, access, author, subjects),
            journey_creation=JourneyCreation(platform, viewer, scope, access, author),
        )
