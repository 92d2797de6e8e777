"""How the Alerts service shows alerts, their types and their codes."""

from datetime import date, datetime, time

from estate.model import Alert
from mocks.nomis.alert_codes import AlertCodeRow, AlertTypeRow, alert_codes, alert_types_by_code
from mocks.nomis.wire import JsonObject

_CODES_SINCE = "2011-03-31T09:00:00"
_CODES_UNTIL = "2022-06-30T17:00:00"


def alert_payload(number: str, alert: Alert, today: date) -> JsonObject:
    """Show an alert; times are London's without a zone, the names of staff in capitals."""
    code = alert_codes()[alert.code]
    created = datetime.combine(alert.active_from, time(10, 15, 30)).isoformat()
    ended = None if alert.active_to is None else alert.active_to.isoformat()
    set_at = None if ended is None else f"{ended}T09:00:00"
    by = None if ended is None else alert.created_by.upper()
    by_name = None if ended is None else alert.created_by_name.upper()
    active = alert.is_active(today)
    over = ended is not None and not active
    return {
        "alertUuid": str(alert.uuid),
        "prisonNumber": number,
        "alertCode": {
            "alertTypeCode": code.type_code,
            "alertTypeDescription": alert_types_by_code()[code.type_code].description,
            "code": code.code,
            "description": code.description,
            "canBeAdministered": not code.restricted,
        },
        "description": alert.description,
        "authorisedBy": alert.authorised_by,
        "activeFrom": alert.active_from.isoformat(),
        "activeTo": ended,
        "isActive": active,
        "createdAt": created,
        "createdBy": alert.created_by.upper(),
        "createdByDisplayName": alert.created_by_name.upper(),
        "lastModifiedAt": set_at,
        "lastModifiedBy": by,
        "lastModifiedByDisplayName": by_name,
        "activeToLastSetAt": set_at,
        "activeToLastSetBy": by,
        "activeToLastSetByDisplayName": by_name,
        "madeInactiveAt": set_at if over else None,
        "madeInactiveBy": by if over else None,
        "madeInactiveByDisplayName": by_name if over else None,
        "prisonCodeWhenCreated": alert.prison_code,
    }


def code_payload(code: AlertCodeRow) -> JsonObject:
    return {
        "alertTypeCode": code.type_code,
        "code": code.code,
        "description": code.description,
        "listSequence": code.sequence,
        "isActive": code.active,
        "isRestricted": code.restricted,
        "canBeAdministered": not code.restricted,
        **_history(active=code.active),
    }


def type_payload(alert_type: AlertTypeRow, *, inactive_too: bool) -> JsonObject:
    """Show a type with its codes; the flag of the type says nothing about those of its codes."""
    return {
        "code": alert_type.code,
        "description": alert_type.description,
        "listSequence": alert_type.sequence,
        "isActive": alert_type.active,
        **_history(active=alert_type.active),
        "alertCodes": [code_payload(code) for code in alert_type.codes if code.active or inactive_too],
    }


def _history(*, active: bool) -> JsonObject:
    return {
        "createdAt": _CODES_SINCE,
        "createdBy": "OMS_OWNER",
        "modifiedAt": None,
        "modifiedBy": None,
        "deactivatedAt": None if active else _CODES_UNTIL,
        "deactivatedBy": None if active else "OMS_OWNER",
    }
