"""The catalogue: every type of event that may be recorded or that the gateway writes, by its name."""

from typing import Final

from gateway.policies.events.custody import CUSTODY_EVENTS
from gateway.policies.events.escort_records import ESCORT_RECORD_EVENTS
from gateway.policies.events.journeys import JOURNEY_EVENTS
from gateway.policies.events.lodgings import LODGING_EVENTS
from gateway.policies.events.moves import MOVE_EVENTS
from gateway.policies.events.rules import EventRule

ALIASES: Final = {"MoveNotifyPremisesOfEta": "MoveNotifyPremisesOfDropOffEta"}
"""Old names, with those under which such events are kept."""

CATALOGUE: Final = {
    rule.type: rule for rule in (*MOVE_EVENTS, *JOURNEY_EVENTS, *LODGING_EVENTS, *CUSTODY_EVENTS, *ESCORT_RECORD_EVENTS)
}


def rule_of(name: str) -> EventRule | None:
    """Return the rule of a type, by its own or its old name; None where there is no such type."""
    return CATALOGUE.get(ALIASES.get(name, name))
