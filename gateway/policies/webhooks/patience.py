"""How long a message is tried, and how often: what came of a try decides when the next one is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gateway.domain.webhooks import Answer

PAUSES: Final = tuple(timedelta(seconds=seconds) for seconds in (2, 5, 15, 60, 5 * 60, 15 * 60))
"""Between one try and the next; the last one goes on. People are on the road: nobody waits hours to hear of them."""

LONGEST_ASKED: Final = timedelta(hours=1)
"""For how long a receiver may ask to be left alone."""

PARKED_AFTER: Final = timedelta(hours=24)
"""How long a message is tried by itself. By then somebody has to look."""

JITTER: Final = 0.2
"""By how much of itself a pause is stretched at most, so that what failed together is not tried together."""

GONE: Final = 410
"""HTTP's word of a receiver that wants no more (the Standard Webhooks specification)."""


@dataclass(frozen=True, slots=True)
class Again:
    """Try again from an instant on."""

    due_at: datetime


class Park:
    """Leave it until somebody says otherwise."""


def after_failure(
    answer: Answer, *, attempts: int, failed_since: datetime | None, at: datetime, luck: float
) -> Again | Park:
    """Say what becomes of a message that was not accepted.

    `attempts` counts the tries before this one, `luck` is drawn from 0 to 1. A receiver that asks for more time gets
    it, an hour at most.
    """
    if answer.status == GONE or (failed_since is not None and at - failed_since >= PARKED_AFTER):
        return Park()
    pause = PAUSES[min(attempts, len(PAUSES) - 1)] * (1 + JITTER * luck)
    if answer.retry_after_s is not None:
        pause = max(pause, min(timedelta(seconds=answer.retry_after_s), LONGEST_ASKED))
    return Again(at + pause)
