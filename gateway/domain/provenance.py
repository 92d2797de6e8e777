"""Where a value came from, and how old it is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SourceSystem(StrEnum):
    NOMIS = "NOMIS"
    SUPPLIER = "SUPPLIER"
    GATEWAY = "GATEWAY"


@dataclass(frozen=True, slots=True)
class Provenance:
    """`fetched_at` is when the gateway got the value from `system`; `stale` means that it could not be asked anew."""

    system: SourceSystem
    fetched_at: datetime
    stale: bool
