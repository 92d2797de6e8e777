"""Prints a dPER for those who may: everything that its page shows, gathered once."""

import asyncio

from gateway.domain.access_log import AccessAction, SubjectType
from gateway.domain.errors import GatewayError, Refused, UpstreamError
from gateway.domain.escort_records import EscortRecord, QuestionRecord, RecordKey, YouthRiskAssessment
from gateway.domain.ids import EscortRecordId, PrisonNumber
from gateway.domain.nomis_records import NOTHING_KNOWN, NomisSnapshot
from gateway.domain.people import Person
from gateway.domain.printed_records import PrintedAlerts, PrintedAssessment, PrintedRecord, PrintedSection
from gateway.domain.questions import NomisKind, QuestionSetKind
from gateway.domain.times import business_day
from gateway.domain.viewer import Permission, Viewer
from gateway.policies.escort_records.nomis_records import NomisQuestions, alert_records
from gateway.policies.escort_records.printing import printed_flags, printed_sections
from gateway.services.access_log import AccessRecorder, Read
from gateway.services.alerts import Alerts
from gateway.services.escort_records import EscortRecords
from gateway.services.locations import Locations
from gateway.services.moves import Moves
from gateway.services.nomis_records import NomisRecords
from gateway.services.people import People
from gateway.services.platform import Platform

_NOT_SHOWN = "This move no longer gives sight of the person."
_NOBODY = "Nobody is named for this move yet."
_NOT_READ = "NOMIS could not tell who the person is when this was printed."


class RecordPrinting:
    """Reads through the services of its viewer, so that a page shows what they may read, and nothing else."""

    def __init__(
        self,
        platform: Platform,
        viewer: Viewer,
        access: AccessRecorder,
        *,
        records: EscortRecords,
        moves: Moves,
        people: People,
        alerts: Alerts,
        nomis: NomisRecords,
        locations: Locations,
    ) -> None:
        self._platform = platform
        self._viewer = viewer
        self._access = access
        self._records = records
        self._moves = moves
        self._people = people
        self._alerts = alerts
        self._nomis = nomis
        self._locations = locations

    async def printed(self, record_id: EscortRecordId | None) -> PrintedRecord | None:
        """Give a record as it is printed, and note that it was; None where there is none or it may not be seen.

        `record_id` is None where what was asked for is not the id of a record.

        Raises:
            Refused: the viewer's roles do not print dPERs at all.

        """
        if Permission.PRINT_PER not in self._viewer.permissions:
            raise Refused("Your roles do not include printing dPERs.")
        if record_id is None:
            return None
        record = (await self._records.by_ids([record_id])).get(record_id)
        move = None if record is None else (await self._moves.by_ids([record.move_id])).get(record.move_id)
        if record is None or move is None:
            await self._access.refused(
                SubjectType.ESCORT_RECORD, [Read(str(record_id), None)], action=AccessAction.PRINT
            )
            return None
        (person, missing), snapshot = await asyncio.gather(self._person(record), self._snapshot(record_id))
        alerts = None if person is None else await self._alerts_of(person.prison_number, snapshot)
        sections = await self._sections(record, QuestionSetKind.ESCORT_RECORD, snapshot)
        assessment = (await self._records.assessments_by_moves([move.id])).get(move.id)
        await self._access.changed(
            AccessAction.PRINT, SubjectType.ESCORT_RECORD, Read(str(record.id), record.prison_number)
        )
        return PrintedRecord(
            record=record,
            move=move,
            start=self._locations.by_agency_id(move.from_agency),
            end=None if move.to_agency is None else self._locations.by_agency_id(move.to_agency),
            supplier=None if move.supplier is None else self._locations.supplier(move.supplier),
            person=person,
            person_missing=missing,
            alerts=alerts,
            nomis=snapshot.syncs,
            flags=printed_flags((*record.flags, *(() if assessment is None else assessment.flags))),
            sections=sections,
            assessment=None if assessment is None else await self._assessment(assessment),
            printed_at=self._platform.clock(),
            printed_by=self._viewer.username,
        )

    async def _person(self, record: EscortRecord) -> tuple[Person | None, str | None]:
        """Find the person; or say why there is none to print."""
        if record.prison_number is None:
            return None, _NOBODY
        try:
            found = (await self._people.by_numbers([record.prison_number])).get(record.prison_number)
        except UpstreamError:
            return None, _NOT_READ
        if isinstance(found, GatewayError):
            return None, _NOT_READ
        return (None, _NOT_SHOWN) if found is None else (found, None)

    async def _snapshot(self, record_id: EscortRecordId) -> NomisSnapshot:
        return (await self._nomis.by_records([record_id])).get(record_id, NOTHING_KNOWN)

    async def _alerts_of(self, number: PrisonNumber, snapshot: NomisSnapshot) -> PrintedAlerts | None:
        """Ask for the alerts in force; where NOMIS cannot tell, take what it told last; None where it never did."""
        now = self._platform.clock()
        try:
            told = (await self._alerts.active_by_numbers([number])).get(number, ())
        except UpstreamError as error:
            told = error
        if not isinstance(told, GatewayError):
            return PrintedAlerts(alert_records(told, business_day(now)), now, current=True)
        kept = next(sync for sync in snapshot.syncs if sync.kind is NomisKind.ALERT)
        if kept.synced_at is None:
            return None
        records = tuple(record for record in snapshot.records if record.kind is NomisKind.ALERT)
        return PrintedAlerts(records, kept.synced_at, current=False)

    async def _assessment(self, assessment: YouthRiskAssessment) -> PrintedAssessment:
        kind = QuestionSetKind.YOUTH_RISK_ASSESSMENT
        return PrintedAssessment(assessment, await self._sections(assessment, kind, NOTHING_KNOWN))

    async def _sections(
        self, record: QuestionRecord, kind: QuestionSetKind, snapshot: NomisSnapshot
    ) -> tuple[PrintedSection, ...]:
        key = RecordKey(kind, record.id, record.question_set_version)
        keys = [(key, section.key) for section in record.sections]
        found = await self._records.responses_by_sections(keys)
        responses = {one.question.key: one.response for each in keys for one in found.get(each, ())}
        questions = self._records.question_set(kind, record.question_set_version)
        attached = NomisQuestions(questions).attached(snapshot.records)
        return printed_sections(questions, record.sections, responses, attached)
