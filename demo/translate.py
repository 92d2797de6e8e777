"""From the invented world's values to the gateway's own."""

from estate import model
from gateway.domain.allocations import Allocation, AllocationStatus, ComplexCase
from gateway.domain.escort_records import (
    EscortRecord,
    EscortRecordFlag,
    EscortRecordSection,
    EscortRecordStatus,
    FlagSeverity,
    Handover,
    SectionKey,
    SectionStatus,
    YouthRiskAssessment,
)
from gateway.domain.events import Event, EventClassification, EventDetail
from gateway.domain.ids import (
    AgencyId,
    AllocationId,
    EscortRecordId,
    EventId,
    JourneyId,
    LodgingId,
    MoveId,
    MoveReference,
    PrisonNumber,
    SupplierKey,
    YouthRiskAssessmentId,
)
from gateway.domain.moves import (
    Cancellation,
    CancellationReason,
    Lodging,
    LodgingStatus,
    Move,
    MoveStatus,
    MoveType,
    RejectionReason,
    VehicleKind,
    VehicleNeeds,
)
from gateway.domain.questions import QuestionSetKind
from gateway.policies.escort_records.flags import flags_of
from gateway.policies.escort_records.progress import section_progress
from gateway.store import questions
from gateway.store.moves_writer import Row
from gateway.store.responses_codec import answer_from_json


def move(given: model.Move) -> Move:
    return Move(
        id=MoveId(given.id),
        reference=MoveReference(given.reference),
        type=MoveType(given.move_type),
        status=MoveStatus(given.status),
        date=given.date,
        date_from=given.date_from,
        date_to=given.date_to,
        time_due=given.time_due,
        prison_number=None if given.prison_number is None else PrisonNumber(given.prison_number),
        from_agency=AgencyId(given.from_agency),
        to_agency=None if given.to_agency is None else AgencyId(given.to_agency),
        supplier=SupplierKey(given.supplier),
        receiving_supplier=None if given.receiving_supplier is None else SupplierKey(given.receiving_supplier),
        vehicle_needs=VehicleNeeds(VehicleKind(given.vehicle_kind), given.special_vehicle_reason),
        prison_transfer_reason=given.prison_transfer_reason,
        additional_information=given.additional_information,
        recall_date=given.recall_date,
        cancellation=cancellation(given.cancellation),
        allocation_id=None if given.allocation_id is None else AllocationId(given.allocation_id),
        recorded_retrospectively=given.recorded_retrospectively,
        authorised_at=given.authorised_at,
        created_at=given.created_at,
        updated_at=given.updated_at,
        version=given.version,
    )


def cancellation(given: model.Cancellation | None) -> Cancellation | None:
    if given is None:
        return None
    rejection = None if given.rejection_reason is None else RejectionReason(given.rejection_reason)
    return Cancellation(CancellationReason(given.reason), given.comment, rejection, given.at)


def lodgings(given: model.Move) -> tuple[Lodging, ...]:
    return tuple(
        Lodging(
            id=LodgingId(stay.id),
            move_id=MoveId(given.id),
            agency_id=AgencyId(stay.agency_id),
            start_date=stay.start_date,
            end_date=stay.end_date,
            status=LodgingStatus(stay.status),
        )
        for stay in given.lodgings
    )


def escort_record(of: model.Move, given: model.EscortRecord) -> EscortRecord:
    handover = given.handover
    return EscortRecord(
        id=EscortRecordId(given.id),
        move_id=MoveId(of.id),
        prison_number=None if of.prison_number is None else PrisonNumber(of.prison_number),
        status=EscortRecordStatus(given.status),
        sections=tuple(
            EscortRecordSection(
                SectionKey(section.key), SectionStatus(section.status), section.answered, section.outstanding, 1
            )
            for section in given.sections
        ),
        flags=tuple(
            EscortRecordFlag(flag.key, flag.title, FlagSeverity(flag.severity), flag.question) for flag in given.flags
        ),
        completed_at=given.completed_at,
        amended_at=given.amended_at,
        confirmed_at=given.confirmed_at,
        handover=None
        if handover is None
        else Handover(handover.occurred_at, handover.dispatching_officer, handover.receiving_officer),
        version=given.version,
    )


def responses_row(given: model.EscortRecord | model.YouthRiskAssessment) -> Row:
    """Give the row of what a record holds, as the gateway writes it for one that was filled in at one go."""
    at = given.responded_at if isinstance(given, model.EscortRecord) else given.confirmed_at
    whole = {
        "responded_at": None if at is None else at.isoformat(),
        "responded_by": "ESTATE_OFFICER",
        "responses": given.responses,
    }
    return {"record_id": given.id, "responses": whole}


def youth_risk_assessment(of: model.Move, given: model.YouthRiskAssessment) -> YouthRiskAssessment:
    """Translate an assessment; its sections and flags follow from its answers by the gateway's own rules."""
    kind = QuestionSetKind.YOUTH_RISK_ASSESSMENT
    asked = questions.load().current(kind)
    answers = {key: answer for key, kept in given.responses.items() if (answer := answer_from_json(kept)) is not None}
    return YouthRiskAssessment(
        id=YouthRiskAssessmentId(given.id),
        move_id=MoveId(of.id),
        prison_number=None if of.prison_number is None else PrisonNumber(of.prison_number),
        status=EscortRecordStatus.CONFIRMED,
        sections=tuple(
            EscortRecordSection(one.key, one.status, one.answered, one.outstanding, 1)
            for one in section_progress(asked, answers, answers.keys())
        ),
        flags=flags_of(asked, answers, answers.keys()),
        completed_at=given.confirmed_at,
        confirmed_at=given.confirmed_at,
        version=3,
    )


def event(of: model.Move, given: model.Event) -> Event:
    about_journey = given.subject is model.EventSubject.JOURNEY
    return Event(
        id=EventId(given.id),
        position=0,
        move_id=MoveId(of.id),
        journey_id=JourneyId(given.subject_id) if about_journey else None,
        type=given.type,
        classification=EventClassification(given.classification),
        occurred_at=given.occurred_at,
        recorded_at=given.recorded_at,
        supplier=None if given.supplier is None else SupplierKey(given.supplier),
        notes=given.notes,
        details=tuple(EventDetail(name, value) for name, value in given.details),
    )


def allocation(given: model.Allocation) -> Allocation:
    return Allocation(
        id=AllocationId(given.id),
        status=AllocationStatus(given.status),
        date=given.date,
        from_agency=AgencyId(given.from_agency),
        to_agency=AgencyId(given.to_agency),
        supplier=SupplierKey(given.supplier),
        moves_count=given.moves_count,
        filled_count=given.filled_count,
        prisoner_category=given.prisoner_category,
        sentence_length=given.sentence_length,
        estate=given.estate,
        complex_cases=tuple(ComplexCase(case.key, case.allowed) for case in given.complex_cases),
        other_criteria=given.other_criteria,
        requested_by=given.requested_by,
        cancellation=cancellation(given.cancellation),
        version=given.version,
    )
