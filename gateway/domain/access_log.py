"""The access log: who read which person, move or dPER."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from gateway.domain.ids import PrisonNumber
from gateway.domain.values import value


class AccessAction(StrEnum):
    VIEW = "view"
    CREATE = "create"
    UPDATE = "update"
    CONFIRM = "confirm"
    CANCEL = "cancel"
    PRINT = "print"
    SUBSCRIBE = "subscribe"


class AccessOutcome(StrEnum):
    ALLOWED = "allowed"
    REFUSED = "refused"


class SubjectType(StrEnum):
    PERSON = "Person"
    MOVE = "Move"
    ESCORT_RECORD = "PersonEscortRecord"
    YOUTH_RISK_ASSESSMENT = "YouthRiskAssessment"


@value(frozen=True, slots=True)
class Reader:
    """Somebody to whom something was shown, and the request in which they asked for it."""

    username: str
    client_id: str | None
    request_id: str


@value(frozen=True, slots=True)
class AccessLogEntry:
    """`operation` is the name that the client gave its operation; `request_id` ties the entries of one request."""

    at: datetime
    username: str
    client_id: str | None
    operation: str | None
    action: AccessAction
    subject_type: SubjectType
    subject_id: str
    prison_number: PrisonNumber | None
    outcome: AccessOutcome
    request_id: str


@value(frozen=True, slots=True)
class AccessNote:
    """What somebody was shown of one type, or did, in one go: an entry for each of `records`.

    A record is its id, and whose it is where that is known.
    """

    at: datetime
    username: str
    client_id: str | None
    operation: str | None
    action: AccessAction
    subject_type: SubjectType
    outcome: AccessOutcome
    request_id: str
    records: Sequence[tuple[str, PrisonNumber | None]]

    def apart(self) -> list[AccessLogEntry]:
        return [
            AccessLogEntry(
                at=self.at,
                username=self.username,
                client_id=self.client_id,
                operation=self.operation,
                action=self.action,
                subject_type=self.subject_type,
                subject_id=subject_id,
                prison_number=number,
                outcome=self.outcome,
                request_id=self.request_id,
            )
            for subject_id, number in self.records
        ]


@value(frozen=True, slots=True)
class SharedReads:
    """What several readers were shown alike: an entry for each of them and each of `entries`, whoever stands there."""

    entries: Sequence[AccessLogEntry]
    readers: Sequence[Reader]

    def apart(self) -> list[AccessLogEntry]:
        return [
            replace(entry, username=reader.username, client_id=reader.client_id, request_id=reader.request_id)
            for reader in self.readers
            for entry in self.entries
        ]
