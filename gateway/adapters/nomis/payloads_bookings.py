"""What Prison API tells of a booking: adjustments, cell-sharing risk and contacts."""

from gateway.adapters.decoding import Day, WirePayload
from gateway.adapters.nomis.names import readable_name
from gateway.domain.ids import PrisonNumber
from gateway.domain.people import CellSharingAssessment, Contact, ReasonableAdjustment


class AdjustmentPayload(WirePayload):
    treatment_code: str
    treatment_description: str | None = None
    comment_text: str | None = None
    start_date: Day = None
    end_date: Day = None

    def to_domain(self) -> ReasonableAdjustment:
        return ReasonableAdjustment(
            self.treatment_code,
            self.treatment_description or self.treatment_code,
            self.comment_text or None,
            self.start_date,
            self.end_date,
        )


class AdjustmentsPayload(WirePayload):
    reasonable_adjustments: tuple[AdjustmentPayload, ...]

    def to_domain(self) -> tuple[ReasonableAdjustment, ...]:
        return tuple(each.to_domain() for each in self.reasonable_adjustments)


class AssessmentPayload(WirePayload):
    offender_no: str
    assessment_code: str
    assessment_description: str | None = None
    classification: str | None = None
    assessment_comment: str | None = None
    assessment_date: Day = None
    next_review_date: Day = None

    @property
    def number(self) -> PrisonNumber:
        return PrisonNumber(self.offender_no.upper())

    def to_domain(self) -> CellSharingAssessment:
        return CellSharingAssessment(
            self.assessment_code,
            self.assessment_description or self.assessment_code,
            self.classification or None,
            self.assessment_comment or None,
            self.assessment_date,
            self.next_review_date,
        )


class ContactPayload(WirePayload):
    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    relationship_description: str | None = None
    comment_text: str | None = None
    next_of_kin: bool
    active_flag: bool | None = None
    create_date_time: Day = None
    expiry_date: Day = None

    def to_domain(self) -> Contact:
        names = (self.first_name, self.middle_name, self.last_name)
        return Contact(
            name=readable_name(" ".join(name for name in names if name)),
            relationship=self.relationship_description or None,
            next_of_kin=self.next_of_kin,
            # A flag that is missing is no word that they no longer count.
            active=self.active_flag is not False,
            comment=self.comment_text or None,
            since=self.create_date_time,
            ended_on=self.expiry_date,
        )


class ContactsPayload(WirePayload):
    next_of_kin: tuple[ContactPayload, ...]
    other_contacts: tuple[ContactPayload, ...]

    def to_domain(self) -> tuple[Contact, ...]:
        return tuple(each.to_domain() for each in (*self.next_of_kin, *self.other_contacts))
