"""Whether the escort contract covers a person: not Category A, Restricted Status or the heightened escape list."""

from collections.abc import Collection
from typing import Final

from gateway.domain.categories import EXCLUSIONS, KNOWN_CODES
from gateway.domain.people import EscortEligibility, EscortExclusion

ESCAPE_LIST_HEIGHTENED: Final = "XELH"
_ESCAPE_LIST: Final = frozenset({"XEL", "XER"})


def escort_eligibility(category_code: str | None, active_alert_codes: Collection[str]) -> EscortEligibility | None:
    """Decide from the category and the alerts in force; None where the category's meaning is not known.

    Someone without a category yet (most of the unsentenced) is covered. Other escape-list levels are carried.
    """
    reasons: list[EscortExclusion] = []
    if category_code in EXCLUSIONS:
        reasons.append(EXCLUSIONS[category_code])
    if ESCAPE_LIST_HEIGHTENED in active_alert_codes:
        reasons.append(EscortExclusion.ESCAPE_LIST_HEIGHTENED)
    if not reasons and category_code is not None and category_code not in KNOWN_CODES:
        return None
    return EscortEligibility(eligible=not reasons, reasons=tuple(reasons))


def escape_list_codes(active_alert_codes: Collection[str]) -> tuple[str, ...]:
    """Return the escape-list alerts of someone who is carried: what the supplier has to know of beforehand."""
    return tuple(sorted(set(active_alert_codes) & _ESCAPE_LIST))
