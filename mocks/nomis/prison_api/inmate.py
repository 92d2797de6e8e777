"""How Prison API shows a person: in basic, in full, and with all that can be added."""

from datetime import date

from estate.model import Alert, Person
from mocks.nomis.alert_codes import alert_codes, alert_types_by_code
from mocks.nomis.prison_api.care_needs import need_payload
from mocks.nomis.prisoner_search_payload import convicted, location_description
from mocks.nomis.reference_domains import description_of
from mocks.nomis.wire import JsonObject, without_nulls
from mocks.nomis.world import World

_OFFENDER_IDS_FROM = 1_000_000


def age_on(today: date, born_on: date) -> int:
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def _core(world: World, person: Person) -> JsonObject:
    return {
        "offenderNo": person.prison_number,
        "firstName": person.first_name.upper(),
        "middleName": None if person.middle_names is None else person.middle_names.upper(),
        "lastName": person.last_name.upper(),
        "dateOfBirth": person.date_of_birth.isoformat(),
        "age": age_on(world.today, person.date_of_birth),
        "physicalAttributes": without_nulls(
            {
                "sexCode": person.sex_code,
                "gender": person.gender,
                "raceCode": person.ethnicity_code,
                "ethnicity": person.ethnicity,
            }
        ),
    }


def _unit(world: World, person: Person) -> JsonObject:
    if person.booking_id is None or person.cell is None:
        return {}
    location_id = person.booking_id % 10_000
    return {
        "assignedLivingUnitId": location_id,
        "assignedLivingUnit": {
            "agencyId": person.agency_id,
            "locationId": location_id,
            "description": person.cell,
            "agencyName": world.agency_name(person.agency_id),
        },
    }


def basic(world: World, person: Person) -> JsonObject:
    """Show who the person is and where they are held; of somebody never received only who they are."""
    core = _core(world, person)
    if person.booking_id is None:
        return without_nulls(core)
    active = [alert for alert in person.alerts if alert.is_active(world.today)]
    return without_nulls(
        {
            **core,
            "bookingId": person.booking_id,
            "bookingNo": person.book_number,
            "offenderId": _OFFENDER_IDS_FROM + person.booking_id,
            "rootOffenderId": _OFFENDER_IDS_FROM + person.booking_id,
            "agencyId": person.agency_id,
            "activeFlag": person.active,
            "religion": person.religion,
            # Despite the name these are the types of alerts.
            "alertsCodes": sorted({alert_codes()[alert.code].type_code for alert in active}),
            "activeAlertCount": len(active),
            "inactiveAlertCount": len(person.alerts) - len(active),
            **_unit(world, person),
        }
    )


def full(world: World, person: Person) -> JsonObject:
    """Add status, alerts, category and cell-sharing risk."""
    if person.booking_id is None:
        return basic(world, person)
    movement = max(person.movements, key=lambda each: each.moved_at, default=None)
    return without_nulls(
        {
            **basic(world, person),
            "physicalCharacteristics": [],
            "physicalMarks": [],
            "profileInformation": _profile(person),
            "alerts": [
                legacy_alert(world, person, alert, number) for number, alert in enumerate(person.alerts, start=1)
            ],
            "inOutStatus": person.in_out_status,
            "status": person.status,
            "statusReason": None if movement is None else f"{movement.kind}-{movement.reason}",
            "lastMovementTypeCode": None if movement is None else movement.kind,
            "lastMovementReasonCode": None if movement is None else movement.reason,
            "lastPrisonId": person.last_prison_id or person.agency_id,
            "locationDescription": location_description(world, person),
            "category": None if person.category is None else description_of("SUP_LVL_TYPE", person.category),
            "categoryCode": person.category,
            "csra": None if person.csra is None else description_of("SUP_LVL_TYPE", person.csra),
            "csraClassificationCode": person.csra,
            "csraClassificationDate": None if person.csra is None else _written(person.assessed_on),
        }
    )


def with_extra(world: World, person: Person) -> JsonObject:
    """Add care needs, identifiers and legal status."""
    if person.booking_id is None:
        return basic(world, person)
    identifiers = [("PNC", person.pnc_number), ("CRO", person.cro_number)]
    return without_nulls(
        {
            **full(world, person),
            "identifiers": [
                {"type": kind, "value": value, "offenderNo": person.prison_number, "bookingId": person.booking_id}
                for kind, value in identifiers
                if value is not None
            ],
            "personalCareNeeds": [need_payload(need) for need in person.care_needs],
            "aliases": [],
            "legalStatus": person.legal_status,
            "recall": person.legal_status == "RECALL",
            "convictedStatus": convicted(person),
            "receptionDate": _written(person.received_on),
        }
    )


def _written(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _profile(person: Person) -> list[JsonObject]:
    answers = [("RELF", "Religion", person.religion), ("NAT", "Nationality?", person.nationality)]
    return [{"type": kind, "question": question, "resultValue": value} for kind, question, value in answers if value]


def legacy_alert(world: World, person: Person, alert: Alert, sequence: int) -> JsonObject:
    """Show an alert as NOMIS's own copy has it, counted within the booking; the uuid does not stand here."""
    code = alert_codes()[alert.code]
    active = alert.is_active(world.today)
    return without_nulls(
        {
            "alertId": sequence,
            "bookingId": person.booking_id,
            "offenderNo": person.prison_number,
            "alertType": code.type_code,
            "alertTypeDescription": alert_types_by_code()[code.type_code].description,
            "alertCode": code.code,
            "alertCodeDescription": code.description,
            "comment": alert.description,
            "dateCreated": alert.active_from.isoformat(),
            "dateExpires": _written(alert.active_to),
            "expired": alert.active_to is not None and alert.active_to <= world.today,
            "active": active,
        }
    )


def detail(world: World, person: Person) -> JsonObject:
    """Show a person as the older list of prisoners does, with names and numbers under other titles."""
    return without_nulls(
        {
            "offenderNo": person.prison_number,
            "firstName": person.first_name.upper(),
            "middleNames": None if person.middle_names is None else person.middle_names.upper(),
            "lastName": person.last_name.upper(),
            "dateOfBirth": person.date_of_birth.isoformat(),
            "gender": person.gender,
            "sexCode": person.sex_code,
            "nationalities": person.nationality,
            "currentlyInPrison": "Y" if person.active else "N",
            "latestBookingId": person.booking_id,
            "latestLocationId": person.agency_id,
            "latestLocation": world.agency_name(person.agency_id),
            "internalLocation": None if person.cell is None else f"{person.agency_id}-{person.cell}",
            "pncNumber": person.pnc_number,
            "croNumber": person.cro_number,
            "ethnicity": person.ethnicity,
            "ethnicityCode": person.ethnicity_code,
            "religion": person.religion,
            "convictedStatus": convicted(person),
            "legalStatus": person.legal_status,
            "receptionDate": _written(person.received_on),
            "currentWorkingFirstName": person.first_name.upper(),
            "currentWorkingLastName": person.last_name.upper(),
            "currentWorkingBirthDate": person.date_of_birth.isoformat(),
        }
    )


def summary(world: World, person: Person) -> JsonObject:
    """Show a booking in the bulk list; here, unlike elsewhere, names are capitalised."""
    unit = _unit(world, person)
    return without_nulls(
        {
            "bookingId": person.booking_id,
            "bookingNo": person.book_number,
            "offenderNo": person.prison_number,
            "firstName": capitalised(person.first_name),
            "middleName": None if person.middle_names is None else capitalised(person.middle_names),
            "lastName": capitalised(person.last_name),
            "dateOfBirth": person.date_of_birth.isoformat(),
            "agencyId": person.agency_id,
            "assignedLivingUnitId": unit.get("assignedLivingUnitId"),
            "assignedLivingUnitDesc": person.cell,
        }
    )


def capitalised(name: str) -> str:
    """Write a name with capitals at the beginning of its parts: SMITH-JONES is Smith-Jones."""
    return "-".join(" ".join(word.capitalize() for word in part.split(" ")) for part in name.split("-"))
