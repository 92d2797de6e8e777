"""How Prisoner Search shows a person."""

from zlib import crc32

from estate.model import Person
from mocks.nomis.alert_codes import alert_codes
from mocks.nomis.reference_domains import description_of
from mocks.nomis.wire import JsonObject, london
from mocks.nomis.world import IN_TRANSIT, OUTSIDE, World

_PADDED_WIDTH = 10
_PNC_SERIAL_WIDTH = 8  # seven digits and the check letter
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


def booking_text(person: Person) -> str | None:
    """Write the booking id as text, for every fourth person with leading zeros."""
    if person.booking_id is None:
        return None
    return str(person.booking_id).zfill(_PADDED_WIDTH if shuffled(person.prison_number) % 4 == 0 else 0)


def search_payload(world: World, person: Person) -> JsonObject:
    """Project a person into the index; what is not known is null, names are in capitals."""
    movement = max(person.movements, key=lambda each: each.moved_at, default=None)
    has_booking = person.booking_id is not None
    return {
        **dict.fromkeys(_NEVER_HELD.split()),
        **{name: [] for name in _EMPTY_LISTS.split()},
        "prisonerNumber": person.prison_number,
        "pncNumber": person.pnc_number,
        "pncNumberCanonicalShort": person.pnc_number,
        "pncNumberCanonicalLong": _long_pnc(world, person.pnc_number),
        "croNumber": person.cro_number,
        "bookingId": booking_text(person),
        "bookNumber": person.book_number,
        "firstName": person.first_name.upper(),
        "middleNames": None if person.middle_names is None else person.middle_names.upper(),
        "lastName": person.last_name.upper(),
        "dateOfBirth": person.date_of_birth.isoformat(),
        "gender": person.gender,
        "ethnicity": person.ethnicity,
        "raceCode": person.ethnicity_code,
        "youthOffender": person.category in {"I", "J", "V"},
        "religion": person.religion,
        "nationality": person.nationality,
        "personalCareNeeds": [
            {
                "problemType": need.problem_type,
                "problemCode": need.problem_code,
                "problemStatus": need.status,
                "problemDescription": need.problem_description,
                "commentText": need.comment,
                "startDate": need.start_date.isoformat(),
                "endDate": None if need.end_date is None else need.end_date.isoformat(),
            }
            for need in person.care_needs
        ],
        "militaryRecord": False,
        "status": person.status,
        "lastMovementTypeCode": None if movement is None else movement.kind,
        "lastMovementReasonCode": None if movement is None else movement.reason,
        "lastMovementDate": None if movement is None else london(movement.moved_at)[:10],
        "inOutStatus": person.in_out_status,
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


def _long_pnc(world: World, short: str | None) -> str | None:
    """Write a PNC number in full: `14/120018R` is 2014/0120018R. A year that is yet to come is of the last century."""
    if short is None:
        return None
    year, _, serial = short.partition("/")
    century = world.today.year // 100 - (int(year) > world.today.year % 100)
    return f"{century}{year}/{serial.zfill(_PNC_SERIAL_WIDTH)}"


def _alerts(world: World, person: Person) -> list[JsonObject]:
    codes = alert_codes()
    return [
        {"alertType": codes[alert.code].type_code, "alertCode": alert.code, "active": True, "expired": False}
        for alert in person.alerts
        if alert.is_active(world.today) and alert.code in codes
    ]


def convicted(person: Person) -> str | None:
    if person.booking_id is None:
        return None
    return "Remand" if person.legal_status in {"REMAND", "CONVICTED_UNSENTENCED"} else "Convicted"


def location_description(world: World, person: Person) -> str | None:
    """Say in words where a person is."""
    if person.agency_id == OUTSIDE:
        return f"Outside - released from {world.agency_name(person.last_prison_id)}"
    return "Transfer" if person.agency_id == IN_TRANSIT else world.agency_name(person.agency_id)
