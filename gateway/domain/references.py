"""Move references: short names to be said over the phone."""

import random
from typing import Final

from gateway.domain.ids import MoveReference

LETTERS: Final = "ACEFHJKMNPRTUVWXY"
"""Those that do not look or sound like a digit or another letter."""
DIGITS: Final = "123456789"


def new_reference(rng: random.Random) -> MoveReference:
    """Draw three letters, four digits and a letter; no letter of the three and no digit comes twice."""
    return MoveReference(
        "".join(rng.sample(LETTERS, 3)) + "".join(rng.sample(DIGITS, 4)) + "".join(rng.sample(LETTERS, 1))
    )
