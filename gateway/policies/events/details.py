"""The check of an event's details against the rule of its type.

The service that ran before dropped what it did not know without a word, so that a slip of the pen lost what was
meant. Here an unknown name is refused, with those that are known.
"""

import datetime as dt
import re
from collections.abc import Collection, Sequence
from typing import Final

from gateway.domain.events import EventDetail
from gateway.domain.ids import AgencyId
from gateway.domain.problems import Problem, ProblemCode
from gateway.policies.events.rules import Choice, Detail, EventRule, Kind, Needed

_AREAS: Final = (
    "AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX "
    "FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG "
    "NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW "
    "UB W WA WC WD WF WN WR WS WV YO ZE"
)
_POSTCODE: Final = re.compile(rf"((?:{_AREAS.replace(' ', '|')})[0-9][0-9A-HJKMNPR-Y]?) ?([0-9][ABD-HJLNP-UW-Z]{{2}})")
_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def check(
    rule: EventRule,
    given: Sequence[EventDetail],
    places: Collection[AgencyId],
    *field: str,
    by_supplier: bool = False,
) -> tuple[tuple[EventDetail, ...], list[Problem]]:
    """Return the details in the form in which they are kept, and what is wrong with them.

    A detail without a value is as good as absent. `places` are all that exist; `field` is the path of the details.
    """
    named = [one for one in given if one.value is not None]
    kept: list[EventDetail] = []
    problems = _unknown(rule, named, field)
    for detail in rule.details:
        values = [one.value for one in named if one.name == detail.name and one.value is not None]
        needed = detail.needed is Needed.REQUIRED or (detail.needed is Needed.OF_SUPPLIERS and by_supplier)
        if detail.by_gateway:
            continue
        if not values and needed:
            problems.append(Problem(ProblemCode.REQUIRED, f"{rule.type} needs {detail.name}.", (*field, detail.name)))
        if len(values) > 1 and not detail.plural:
            problems.append(Problem(ProblemCode.INVALID, f"{detail.name} is given twice.", (*field, detail.name)))
        for value in values:
            normal = _normal(detail, value, places)
            if normal is None:
                words = f"{detail.name} {_wanted(detail)}"
                problems.append(Problem(ProblemCode.INVALID, words, (*field, detail.name)))
            else:
                kept.append(EventDetail(detail.name, normal))
    names = {one.name for one in named}
    for choice in rule.choices:
        problems.extend(_chosen(rule, choice, names, field))
    return tuple(kept), problems


def _unknown(rule: EventRule, named: Sequence[EventDetail], field: tuple[str, ...]) -> list[Problem]:
    known = sorted(one.name for one in rule.details if not one.by_gateway)
    own = {one.name for one in rule.details if one.by_gateway}
    found: list[Problem] = []
    for name in dict.fromkeys(one.name for one in named):
        if name in own:
            words = f"{name} of {rule.type} is written by the gateway itself."
        elif name not in known:
            words = (
                f"{rule.type} has no such detail: it may have {', '.join(known)}." if known else "It has no details."
            )
        else:
            continue
        found.append(Problem(ProblemCode.INVALID, words, (*field, name)))
    return found


def _chosen(rule: EventRule, choice: Choice, names: set[str], field: tuple[str, ...]) -> list[Problem]:
    present = [name for name in choice.names if name in names]
    if not present:
        words = f"{rule.type} needs {' or '.join(choice.names)}."
        return [Problem(ProblemCode.REQUIRED, words, (*field, choice.names[0]))]
    if choice.exactly and len(present) > 1:
        words = f"{rule.type} has either {' or '.join(choice.names)}."
        return [Problem(ProblemCode.INVALID, words, (*field, choice.names[-1]))]
    return []


def _normal(detail: Detail, text: str, places: Collection[AgencyId]) -> str | None:  # noqa: PLR0911 - one for each kind
    """Return a value as it is kept; None where it does not fit."""
    match detail.kind:
        case Kind.TEXT | Kind.MOVE_ID:
            return text if detail.longest is None or len(text) <= detail.longest else None
        case Kind.PLACE:
            code = AgencyId(text.upper())
            return code if code in places else None
        case Kind.INSTANT:
            return _instant(text)
        case Kind.DAY:
            return _day(text)
        case Kind.YES_OR_NO:
            return text.lower() if text.lower() in {"true", "false"} else None
        case Kind.ONE_OF:
            return text if text in detail.values else None
        case Kind.POSTCODE:
            found = _POSTCODE.fullmatch(text.upper())
            return None if found is None else f"{found[1]} {found[2]}"


def _wanted(detail: Detail) -> str:  # noqa: PLR0911 - one for each kind
    match detail.kind:
        case Kind.PLACE:
            return "must be NOMIS's code of a place: LEI."
        case Kind.INSTANT:
            return "is written as in RFC 3339, with its offset: 2026-11-24T09:30:00Z."
        case Kind.DAY:
            return "is written YYYY-MM-DD."
        case Kind.YES_OR_NO:
            return "is either true or false."
        case Kind.POSTCODE:
            return "must be a postcode of the United Kingdom."
        case Kind.TEXT | Kind.MOVE_ID:
            return f"may have {detail.longest} characters at most."
        case Kind.ONE_OF:
            return f"must be one of {', '.join(detail.values)}."


def _instant(text: str) -> str | None:
    if not _INSTANT.fullmatch(text):
        return None
    try:
        return dt.datetime.fromisoformat(text.upper()).astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return None


def _day(text: str) -> str | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        return None
