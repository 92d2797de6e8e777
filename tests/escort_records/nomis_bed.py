"""One dPER at Leeds, and a person of whom NOMIS knows something of every kind."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from estate.model import Adjustment, CareNeed, Contact, Person
from gateway.domain.escort_records import EscortRecord, EscortRecordStatus
from gateway.domain.ids import AgencyId, PrisonNumber
from gateway.domain.moves import MoveStatus, MoveType
from gateway.services.nomis_import_job import NomisImportJob
from gateway.store.nomis_refreshes import hasten
from tests.store.worlds import make_move, make_record
from tests.support.estate_builders import a_person, an_account, an_agency, an_alert
from tests.support.stores import empty_store_url
from tests.support.worlds import NOW, TODAY, Gateway, NomisSource, Stored, running_gateway, token_for

OFFICER: Final = token_for("LEEDS_OFFICER", "PECS_PRISON", expires_at=NOW + timedelta(days=1))
STRANGER: Final = token_for("MOORLAND_OFFICER", "PECS_PRISON", expires_at=NOW + timedelta(days=1))
NUMBER: Final = "A1111AA"
OTHER: Final = "A2222AA"
SINCE: Final = date(2026, 1, 2)
KINDS: Final = ("alerts", "assessments", "contacts", "personal_care_needs", "reasonable_adjustments")

SYNC: Final = "{moves {nodes {personEscortRecord {id status nomisSync {resource status syncedAt}}}}}"


def known(number: str = NUMBER, **changes: Any) -> Person:
    """Make a person of whom NOMIS knows something of every kind, and of every kind something that is over."""
    told: dict[str, Any] = {
        "alerts": (an_alert("XELH", number=number), an_alert("XC", number=number, active_to=TODAY)),
        "care_needs": (
            CareNeed(1, "PHY", "ASTH", "Asthmatic", "ON", "Inhaler", SINCE, None),
            CareNeed(2, "DISAB", "RM", "Reduced Mobility", "ON", None, SINCE, TODAY - timedelta(days=1)),
        ),
        "adjustments": (
            Adjustment("WHEELCHR_ACC", "Wheelchair accessibility", None, SINCE, None, "LEI", None),
            Adjustment("SGN LANG", "Sign language", None, SINCE, TODAY - timedelta(days=1), "LEI", None),
        ),
        "contacts": (
            Contact(1, "Anna", "Vale", "S", "MOT", "Mother", True, True, None, SINCE, None),
            Contact(2, "Sol", "Icitor", "O", "SOL", "Solicitor", False, False, None, SINCE, TODAY),
        ),
        "csra": "HI",
        "csra_code": "CSRREV",
        "csra_review_on": TODAY,
    }
    return a_person(number, **(told | changes))


@dataclass
class Bed:
    gateway: Gateway
    source: NomisSource
    record: EscortRecord

    @property
    def job(self) -> NomisImportJob:
        job: NomisImportJob = self.gateway.app.state.nomis_imports
        return job

    async def start(self) -> None:
        """Have NOMIS asked for the record, as starting it does."""
        async with self.gateway.database.transaction() as connection:
            await hasten(connection, [self.record.id], at=self.gateway.clock())

    async def round(self) -> int:
        """Let the job have its next round, once what was read has been noted."""
        await self.gateway.settle()
        return await self.job.once()

    async def faults(self, *rules: dict[str, object]) -> None:
        await self.gateway.switch(self.gateway.nomis, *rules)

    async def sync(self, token: str = OFFICER) -> dict[str, tuple[str, str | None]]:
        """Give how each kind stands, as a client reads it."""
        answer = await self.gateway.ask(SYNC, token)
        assert "errors" not in answer, answer
        (node,) = answer["data"]["moves"]["nodes"]
        return {one["resource"]: (one["status"], one["syncedAt"]) for one in node["personEscortRecord"]["nomisSync"]}


def everything(status: str, at: str | None) -> dict[str, tuple[str, str | None]]:
    return dict.fromkeys(KINDS, (status, at))


@asynccontextmanager
async def a_bed(
    person: Person | None = None,
    *,
    status: EscortRecordStatus = EscortRecordStatus.UNSTARTED,
    backend: str = "sqlite",
    time_limit: float = 4.0,
    works_by_itself: bool = False,
    **changes: Any,
) -> AsyncIterator[Bed]:
    """Run a gateway over one record; the move is booked and leaves today, but for the changes."""
    told: dict[str, Any] = {
        "type": MoveType.COURT_APPEARANCE,
        "status": MoveStatus.BOOKED,
        "date": TODAY,
        "prison_number": PrisonNumber(NUMBER),
        "from_agency": AgencyId("LEI"),
        "to_agency": AgencyId("MDI"),
    }
    move = make_move(1, **(told | changes))
    record = replace(make_record(move, status), prison_number=move.prison_number)
    source = NomisSource(
        agency_list=(an_agency("LEI", "Leeds (HMP)"), an_agency("MDI", "Moorland (HMP & YOI)"), an_agency("WYI")),
        account_list=(
            an_account("LEEDS_OFFICER", "PECS_PRISON", caseloads=("LEI",)),
            an_account("MOORLAND_OFFICER", "PECS_PRISON", caseloads=("WYI",)),
        ),
        people_by_number={NUMBER: person or known(), OTHER: known(OTHER, alerts=(), contacts=())},
    )
    stored = Stored(moves=[(move, ())], records=[record])
    async with (
        empty_store_url(backend) as url,
        running_gateway(
            url, nomis=source, stored=stored, time_limit=time_limit, works_by_itself=works_by_itself
        ) as gateway,
    ):
        # Whoever asks later is known by then: caseloads are no part of this.
        for token in (OFFICER, STRANGER):
            await gateway.ask("{viewer {username}}", token)
        yield Bed(gateway, source, record)
