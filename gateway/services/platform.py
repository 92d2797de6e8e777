"""Platform: what the services of every operation share for as long as the application lives."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.adapters.nomis import Nomis
from gateway.adapters.supplier import SupplierClient
from gateway.domain.ids import SupplierKey
from gateway.domain.questions import QuestionSet, QuestionSetKind, QuestionSets
from gateway.domain.times import Clock
from gateway.services.access_log import AccessLogWriter
from gateway.services.alert_catalogue import AlertCatalogue
from gateway.services.announcing import Announcer
from gateway.services.asking import Asking
from gateway.services.event_log import EventLog
from gateway.services.last_known import LastKnownWriter
from gateway.services.nomis_freshness import NomisFreshness
from gateway.services.question_sets import question_sets
from gateway.services.reference_book import ReferenceBook
from gateway.store.engine import Database


@dataclass(frozen=True, slots=True)
class Platform:
    database: Database
    nomis: Nomis
    suppliers: Mapping[SupplierKey, SupplierClient]
    asking: Asking
    reference_book: ReferenceBook
    alert_catalogue: AlertCatalogue
    access_log: AccessLogWriter
    last_known: LastKnownWriter
    nomis_freshness: NomisFreshness
    clock: Clock
    event_log: EventLog
    announcer: Announcer = field(default_factory=Announcer)
    question_sets: QuestionSets = field(default_factory=question_sets)

    def question_set(self, kind: QuestionSetKind, version: str) -> QuestionSet:
        """Return the questions of a record that was started with a version.

        One that no longer comes with the gateway is read by the questions in force.
        """
        return self.question_sets.find(kind, version) or self.question_sets.current(kind)
