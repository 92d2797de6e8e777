"""Asking: the questions to other systems that requests of different viewers may share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from gateway.adapters.nomis import Nomis
from gateway.adapters.supplier import SupplierClient
from gateway.domain.alerts import Alert
from gateway.domain.ids import MoveReference, PrisonNumber, SupplierKey
from gateway.domain.journeys import Leg, Position
from gateway.domain.people import Person
from gateway.domain.times import Clock
from gateway.services.shared_questions import Manner, SharedQuestions


@dataclass(frozen=True, slots=True)
class Sharing:
    """How much is shared, as the settings say: nothing, unless they do."""

    wait_seconds: float = 0.0
    keep_people: timedelta = timedelta(0)
    keep_alerts: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Asking:
    """What viewers' requests ask of NOMIS and the suppliers. Jobs, and rules that decide, ask those themselves.

    Journeys and positions are never kept, and nobody joins a question for them that is under way: a vehicle has moved
    since, and whoever was told so must see it.
    """

    people: SharedQuestions[PrisonNumber, Person]
    active_alerts: SharedQuestions[PrisonNumber, tuple[Alert, ...]]
    all_alerts: SharedQuestions[PrisonNumber, tuple[Alert, ...]]
    legs: Mapping[SupplierKey, SharedQuestions[MoveReference, tuple[Leg, ...]]]
    positions: Mapping[SupplierKey, SharedQuestions[MoveReference, Position]]

    @classmethod
    def of(
        cls, nomis: Nomis, suppliers: Mapping[SupplierKey, SupplierClient], sharing: Sharing, clock: Clock
    ) -> "Asking":
        wait = sharing.wait_seconds
        alerts, live = Manner(wait, sharing.keep_alerts, joins=True), Manner(wait)
        return cls(
            # Here anybody may ask for any number: how soon there is an answer must not depend on who else asks for it.
            people=SharedQuestions(nomis.prisoner_search.people, Manner(wait, sharing.keep_people), clock),
            active_alerts=SharedQuestions(
                lambda numbers: nomis.alerts.alerts(numbers, include_inactive=False), alerts, clock
            ),
            all_alerts=SharedQuestions(
                lambda numbers: nomis.alerts.alerts(numbers, include_inactive=True), alerts, clock
            ),
            legs={key: SharedQuestions(one.legs, live, clock) for key, one in suppliers.items()},
            positions={key: SharedQuestions(one.positions, live, clock) for key, one in suppliers.items()},
        )

    async def aclose(self) -> None:
        """End what is under way."""
        everything: tuple[SharedQuestions[Any, Any], ...] = (
            *(self.people, self.active_alerts, self.all_alerts),
            *self.legs.values(),
            *self.positions.values(),
        )
        for one in everything:
            await one.aclose()
