"""Alerts of invented people: ordinary ones by chance, and a few that are easily misread."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from estate.keys import uid
from estate.model import Alert

# type: codes. Escape list codes are missing on purpose: the roster gives them, as the escort contract turns on them.
_CODES: Final = {
    "X": "XA XB XC XCA XCDO XCI XCIC XCO XCU XEAN XEBM XGANG XHT XIS XNR XP XPOI XR XRF XSA XSC XTMS XVL XXRAY XILLENT",
    "H": "HA HA1 HA2 HC HS",
    "R": "RCC RCDR RCON RCS RDV RKC RKS RLG RNO121 ROH ROM ROV RPB RPC RSP RSS RST RTP",
    "S": "SC SOR SONR SSHO",
    "V": "AAR V45 V49P VI VIP VLES VOP VU",
    "T": "TAH TAP TCPA TM TPR TSE TG",
    "M": "HID MAS MEP MFL MHT MSI MSP PEEP",
    "O": "CSIP OCVM OIOM ONCR OPPO OVI OFR",
    "P": "PC1 PC2 PL1 PL2 PVN",
    "C": "CC1 CC2 CPC CPRC",
    "L": "LCE LFC21 LFC25",
    "D": "DCDO DCEO DOCGM",
    "W": "WO",
    "F": "F1",
    "E": "ECA EPO",
    "A": "AS ADSC",
    "B": "BECTER",
}
# Known to NOMIS, not drawn by chance.
_RARE: Final = {
    "X": "XEL XELH XER HPI CA XTACT XYA XOCGN",
    "Z": "ZT",
    "U": "UPIU",
    "M": "PGWCP",
}
# How often each code of a type turns up, beside the others.
_WEIGHTS: Final = {
    "X": 30,
    "H": 30,
    "R": 16,
    "S": 6,
    "V": 10,
    "T": 5,
    "M": 10,
    "O": 8,
    "P": 8,
    "C": 6,
    "L": 8,
    "D": 4,
    "W": 10,
    "F": 12,
    "E": 5,
    "A": 5,
    "B": 5,
}
_DRAWN: Final = tuple(
    (kind, code) for kind, weight in _WEIGHTS.items() for code in _CODES[kind].split() for _ in range(weight)
)
_TYPES: Final = {code: kind for listed in (_CODES, _RARE) for kind, codes in listed.items() for code in codes.split()}

# How many alerts a person has; most have some, few have many.
_COUNTS: Final = (0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 7)
_COMMENTS: Final = (
    None,
    None,
    "See security file.",
    "Reported by wing staff.",
    "Information received from police.",
    "Reviewed at the weekly safety meeting.",
    "Noted on reception.",
    "Speak to the duty manager before any change.",
)
_AUTHORS: Final = (
    ("SKERSHAW_GEN", "Sandra Kershaw"),
    ("PLOCKWOOD_GEN", "Paul Lockwood"),
    ("AHAWORTH_GEN", "Alison Haworth"),
    ("DOGDEN_GEN", "Dipesh Ogden"),
    ("SYS", "System"),
)


def alerts_of(
    rng: random.Random, number: str, prison: str | None, today: date, shown: Sequence[str], *, drawn: bool = True
) -> tuple[Alert, ...]:
    """Make a person's alerts: those `shown`, all of them in force, and some by chance unless told otherwise.

    Of one code at most one is in force; an ended one of the same code may lie beneath it.
    """
    made = [_alert(rng, number, place, code, prison, today) for place, code in enumerate(dict.fromkeys(shown))]
    if drawn:
        seen = set(shown)
        for _ in range(_COUNTS[int(rng.random() * len(_COUNTS))]):
            code = _DRAWN[int(rng.random() * len(_DRAWN))][1]
            chance = rng.random()
            if chance < 0.22:
                made.append(_ended(rng, number, len(made), code, prison, today))
            elif code not in seen:
                seen.add(code)
                made.append(_alert(rng, number, len(made), code, prison, today, ends=chance > 0.9))
    return tuple(made)


def misread_alerts(number: str, prison: str | None, today: date, place: int) -> tuple[Alert, ...]:
    """Make the alerts of people whose alerts are easily misread; there are six such people, by their place."""
    rng = random.Random(place)
    day = timedelta(days=1)
    over, ahead = today - 90 * day, today + 30 * day
    match place % 6:
        case 0:  # no longer holds since today began
            return (_dated(rng, number, 0, "XVL", prison, over, today),)
        case 1:  # holds until midnight; another begins tomorrow
            return (
                _dated(rng, number, 0, "XSA", prison, over, today + day),
                _dated(rng, number, 1, "TG", prison, today + day, None),
            )
        case 2:  # came to an end, and was raised again
            return (
                _dated(rng, number, 0, "HA", prison, over, today - 30 * day),
                _dated(rng, number, 1, "HA", prison, today - 5 * day, None),
            )
        case 3:  # its type is switched off, its code is not
            return (_dated(rng, number, 0, "ZT", prison, over, None),)
        case 4:  # its code is switched off, its type is not
            return (
                _dated(rng, number, 0, "XOCGN", prison, over, None),
                _dated(rng, number, 1, "UPIU", prison, over, None),
            )
        case _:  # only ended ones, the heightened escape list among them
            return (
                _dated(rng, number, 0, "XELH", prison, over, today - 10 * day),
                _dated(rng, number, 1, "XER", prison, over, today - 10 * day),
                _dated(rng, number, 2, "TM", prison, ahead, None),
            )


def _alert(
    rng: random.Random, number: str, place: int, code: str, prison: str | None, today: date, *, ends: bool = False
) -> Alert:
    since = today - timedelta(days=int(rng.random() * 900))
    until = today + timedelta(days=1 + int(rng.random() * 200)) if ends else None
    return _dated(rng, number, place, code, prison, since, until)


def _ended(rng: random.Random, number: str, place: int, code: str, prison: str | None, today: date) -> Alert:
    until = today - timedelta(days=int(rng.random() * 700))
    return _dated(rng, number, place, code, prison, until - timedelta(days=30 + int(rng.random() * 300)), until)


def _dated(
    rng: random.Random, number: str, place: int, code: str, prison: str | None, since: date, until: date | None
) -> Alert:
    author, author_name = _AUTHORS[int(rng.random() * len(_AUTHORS))]
    return Alert(
        uuid=uid("alert", number, place),
        type_code=_TYPES[code],
        code=code,
        description=_COMMENTS[int(rng.random() * len(_COMMENTS))],
        authorised_by="D. Governor" if rng.random() < 0.1 else None,
        active_from=since,
        active_to=until,
        created_by=author,
        created_by_name=author_name,
        prison_code=prison,
    )
