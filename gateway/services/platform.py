"""Platform: what the services of every operation share for as long as the application lives."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.adapters.nomis import Nomis
from gateway.adapters.supplier import SupplierClient
from gateway.domain.ids import SupplierKey
from gateway.domain.times import Clock
from gateway.services.access_log import AccessLogWriter
from gateway.services.alert_catalogue import AlertCatalogue
from gateway.services.announcing import Announcer
from gateway.services.last_known import LastKnownWriter
from gateway.services.reference_book import ReferenceBook
from gateway.store.engine import Database


@dataclass(frozen=True, slots=True)
class Platform:
    database: Database
    nomis: Nomis
    suppliers: Mapping[SupplierKey, SupplierClient]
    reference_book: ReferenceBook
    alert_catalogue: AlertCatalogue
    access_log: AccessLogWriter
    last_known: LastKnownWriter
    clock: Clock
    announcer: Announcer = field(default_factory=Announcer)
