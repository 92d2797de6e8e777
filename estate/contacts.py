"""Next of kin and other contacts of invented people."""

import random
from datetime import date, timedelta
from typing import Final

from estate.model import Contact
from estate.names import MEN, SURNAMES, WOMEN

# relationship: code, description, and whose first names fit; as NOMIS has them.
_FAMILY: Final = (
    ("MOT", "Mother", WOMEN),
    ("FA", "Father", MEN),
    ("SIS", "Sister", WOMEN),
    ("BRO", "Brother", MEN),
    ("PART", "Partner", WOMEN + MEN),
    ("GRMO", "Grandmother", WOMEN),
)
_OTHERS: Final = (
    ("S", "FRI", "Friend", "Visits on Sundays."),
    ("O", "SOL", "Solicitor", None),
    ("O", "POM", "Prison Offender Manager", None),
    ("O", "COM", "Community Offender Manager", "Through the probation office."),
)


def contacts_of(rng: random.Random, index: int, since: date) -> tuple[Contact, ...]:
    """Make contacts: four out of five people have named a next of kin, and some know others, or did."""
    made = []
    if rng.random() < 0.8:
        code, description, names = _FAMILY[int(rng.random() * len(_FAMILY))]
        made.append(_contact(rng, index * 10 + 1, ("S", code, description, None), names, since, next_of_kin=True))
    made.extend(
        _contact(rng, index * 10 + 2 + place, _OTHERS[int(rng.random() * 4)], WOMEN + MEN, since)
        for place in range(int(rng.random() * 3))
    )
    return tuple(made)


def _contact(
    rng: random.Random,
    contact_id: int,
    told: tuple[str, str, str, str | None],
    names: tuple[str, ...],
    since: date,
    *,
    next_of_kin: bool = False,
) -> Contact:
    kind, code, description, comment = told
    return Contact(
        contact_id=contact_id,
        first_name=names[int(rng.random() * len(names))],
        last_name=SURNAMES[int(rng.random() * len(SURNAMES))],
        kind=kind,
        relationship=code,
        relationship_description=description,
        next_of_kin=next_of_kin,
        emergency=next_of_kin or rng.random() < 0.1,
        comment=comment,
        since=since,
        ended_on=since + timedelta(days=1) if rng.random() < 0.1 else None,
    )
