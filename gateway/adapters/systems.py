"""The systems that are asked, by the names that errors and metrics give them."""

from dataclasses import dataclass
from typing import Final

from gateway.domain.errors import Upstream


@dataclass(frozen=True, slots=True)
class System:
    """`upstream` is what clients of the gateway know it as; `name` is its own, such as "Prisoner Search"."""

    upstream: Upstream
    name: str


HMPPS_AUTH: Final = System(Upstream.SIGN_IN, "HMPPS Auth")
PRISON_API: Final = System(Upstream.NOMIS, "Prison API")
PRISONER_SEARCH: Final = System(Upstream.NOMIS, "Prisoner Search")
ALERTS_API: Final = System(Upstream.NOMIS, "Alerts API")
MANAGE_USERS_API: Final = System(Upstream.NOMIS, "Manage Users API")
