"""How Prisoner Search shows a person."""

from zlib import crc32

from mocks.nomis.alert_codes import alert_codes
from mocks.nomis.records import IN_TRANSIT, OUTSIDE, PersonRecord
from mocks.nomis.reference_domains import description_of
from mocks.nomis.wire import JsonObject
from mocks.nomis.world import World

_PADDED_WIDTH = 10
# Fields of the real projection about which this world holds nothing: present, and null.
_NEVER_HELD = """
    title maritalStatus smoker currentFacialImageId previousPrisonId previousPrisonLeavingDate complexityOfNeedLevel
    imprisonmentStatus imprisonmentStatusDescription mostSeriousOffence sentenceStartDate releaseDate
    confirmedReleaseDate sentenceExpiryDate licenceExpiryDate homeDetentionCurfewEligibilityDate
    homeDetentionCurfewActualDate homeDetentionCurfewEndDate topupSupervisionStartDate topupSupervisionExpiryDate
    additionalDaysAwarded nonDtoReleaseDate nonDtoReleaseDateType paroleEligibilityDate actualParoleDate
    conditionalReleaseDate automaticReleaseDate postRecallReleaseDate tariffDate releaseOnTemporaryLicenceDate
    supportingPrisonId dischargedHospitalId dischargedHospitalDescription dischargeDate dischargeDetails
    currentIncentive heightCentimetres weightKilograms hairColour rightEyeColour leftEyeColour facialHair
    shapeOfFace build shoeSize
"""
_EMPTY_LISTS = """
    languages aliases tattoos scars marks addresses emailAddresses phoneNumbers identifiers allConvictedOffences
"""
_PSEUDO_NAMES = {OUTSIDE: "Outside", IN_TRANSIT: "Transfer"}


def shuffled(number: str) -> int:
    """Order people as the index happens to: the same each time, and never as they were asked for."""
    return crc32(number.encode())


def booking_text(person: PersonRecord) -> str | None:
    """Write the booking id as text, for every fourth person with leading zeros."""
    if person.booking_id is None:
        return None
    return str(person.booking_id).zfill(_PADDED_WIDTH if shuffled(person.number) % 4 == 0 else 0)


def search_payload(world: World, person: PersonRecord) -> JsonObject:
    """Project a person into the index; what is not known is null, names are in capitals."""
    movement = max(person.movements, key=lambda each: each.moved_at, default=None)
    has_booking = person.booking_id is not None
    return {
        **dict.fromkeys(_NEVER_HELD.split()),
        **{name: [] for name in _EMPTY_LISTS.split()},
        "prisonerNumber": person.number,
        "pncNumber": person.pnc,
        "pncNumberCanonicalShort": person.pnc,
        "pncNumberCanonicalLong": person.pnc,
        "croNumber": person.cro,
        "bookingId": booking_text(person),
        "bookNumber": person.book_number,
        "firstName": person.first_name.upper(),
        "middleNames": None if person.middle_names is None else person.middle_names.upper(),
        "lastName": person.last_name.upper(),
        "dateOfBirth": person.date_of_birth.isoformat(),
        "gender": description_of("SEX", person.sex),
        "ethnicity": None if person.ethnicity is None else description_of("ETHNICITY", person.ethnicity),
        "raceCode": person.ethnicity,
        "youthOffender": person.category in {"I", "J", "V"},
        "religion": person.religion,
        "nationality": person.nationality,
        "personalCareNeeds": [
            {
                "problemType": need.problem_type,
                "problemCode": need.problem_code,
                "problemStatus": need.status,
                "problemDescription": description_of("HEALTH_PBLM", need.problem_code),
                "commentText": need.comment,
                "startDate": need.start_on.isoformat(),
                "endDate": None if need.end_on is None else need.end_on.isoformat(),
            }
            for need in person.care_needs
        ],
        "militaryRecord": False,
        "status": f"{'ACTIVE' if person.active else 'INACTIVE'} {person.in_out}" if has_booking else None,
        "lastMovementTypeCode": None if movement is None else movement.kind,
        "lastMovementReasonCode": None if movement is None else movement.reason,
        "lastMovementDate": None if movement is None else movement.moved_at.date().isoformat(),
        "inOutStatus": person.in_out if has_booking else None,
        "prisonId": person.agency_id,
        "prisonName": _PSEUDO_NAMES.get(person.agency_id or "", world.agency_name(person.agency_id)),
        "lastPrisonId": person.last_prison_id or person.agency_id,
        "cellLocation": person.cell,
        "alerts": _alerts(world, person),
        "csra": None if person.csra is None else description_of("SUP_LVL_TYPE", person.csra),
        "category": person.category,
        "legalStatus": person.legal_status if has_booking else None,
        "convictedStatus": convicted(person),
        "recall": person.legal_status == "RECALL",
        "indeterminateSentence": person.legal_status == "INDETERMINATE_SENTENCE",
        "receptionDate": None if person.received_on is None else person.received_on.isoformat(),
        "lastAdmissionDate": None if person.received_on is None else person.received_on.isoformat(),
        "locationDescription": location_description(world, person),
        "restrictedPatient": False,
    }


def _alerts(world: World, person: PersonRecord) -> list[JsonObject]:
    codes = alert_codes()
    return [
        {"alertType": codes[alert.code].type_code, "alertCode": alert.code, "active": True, "expired": False}
        for alert in person.alerts
        if alert.is_active(world.today) and alert.code in codes
    ]


def convicted(person: PersonRecord) -> str | None:
    if person.booking_id is None:
        return None
    return "Remand" if person.legal_status in {"REMAND", "CONVICTED_UNSENTENCED"} else "Convicted"


def location_description(world: World, person: PersonRecord) -> str | None:
    """Say in words where a person is."""
    if person.agency_id == OUTSIDE:
        return f"Outside - released from {world.agency_name(person.last_prison_id)}"
    return "Transfer" if person.agency_id == IN_TRANSIT else world.agency_name(person.agency_id)
