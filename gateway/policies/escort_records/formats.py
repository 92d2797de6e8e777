"""Texts that stand for a date, a time or an amount: checked as such.

The service that ran before took any text there, so that a child's date of birth, the time of the next dose or the cash
in a bag could be anything, and nobody could count on it.
"""

import datetime as dt
import re
from decimal import Decimal
from typing import Final

from gateway.domain.questions import TextFormat

ADULT_AT: Final = 18
"""Years: whoever is older does not travel as somebody's child."""

_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_YEAR: Final = re.compile(r"\d{4}", re.ASCII)
_BRITISH: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})", re.ASCII)
_SPELT: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)? ([A-Za-z]{3,9})\.?,? (\d{4})", re.ASCII)
_TIME: Final = re.compile(r"(?:(\d{4}-\d{2}-\d{2})[ T])?([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_POUNDS: Final = re.compile(r"£? ?((?:\d{1,7}|\d{1,3}(?:,\d{3}){1,2})(?:\.\d{2})?)", re.ASCII)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def format_problem(form: TextFormat, text: str, today: dt.date) -> str | None:
    """Say what is wrong with a text, as the end of a sentence; None where it is as it should be."""
    match form:
        case TextFormat.WORDS:
            return None
        case TextFormat.CHILD_DATE_OF_BIRTH:
            return _birth_problem(text, today)
        case TextFormat.PARTIAL_PAST_DATE:
            return _partial_problem(text, today)
        case TextFormat.PAST_DATE_OR_WORDS:
            return _date_or_words_problem(text, today)
        case TextFormat.TIME_GIVEN | TextFormat.TIME_DUE:
            return _time_problem(form, text, today)
        case TextFormat.POUNDS:
            return None if _POUNDS.fullmatch(text) else "must be an amount in pounds, such as 20 or 12.50."


def canonical(form: TextFormat, text: str) -> str:
    """Return a text in the form in which it is kept: an amount without sign and separators, with its pence."""
    amount = _POUNDS.fullmatch(text) if form is TextFormat.POUNDS else None
    return text if amount is None else f"{Decimal(amount[1].replace(',', '')):.2f}"


def _birth_problem(text: str, today: dt.date) -> str | None:
    day = _day(text)
    if day is None:
        return "must be a date, written YYYY-MM-DD."
    if day > today:
        return "must not be in the future."
    if (today.year - day.year) - ((today.month, today.day) < (day.month, day.day)) >= ADULT_AT:
        return f"must be the birth date of a child: under {ADULT_AT}."
    return None


def _partial_problem(text: str, today: dt.date) -> str | None:
    first = _first_day(text)
    if first is None:
        return "must be a day, a month or a year, written YYYY-MM-DD, YYYY-MM or YYYY."
    return "must not be in the future." if first > today else None


def _date_or_words_problem(text: str, today: dt.date) -> str | None:
    """Check what is written as a date; a time ago in words is as good."""
    if not any(form.fullmatch(text) for form in (_DAY, _MONTH, _BRITISH)) and not _spells_a_month(text):
        return None
    first = _first_day(text)
    if first is None:
        return "is written as a date that does not exist."
    return "must not be in the future." if first > today else None


def _time_problem(form: TextFormat, text: str, today: dt.date) -> str | None:
    if not any(character.isdigit() for character in text):
        return None
    found = _TIME.fullmatch(text)
    day = _day(found[1]) if found is not None and found[1] is not None else None
    if found is None or (found[1] is not None and day is None):
        return "must be a time (14:30), a date with a time (2026-11-24 14:30), or words without figures."
    if day is None:
        return None
    if form is TextFormat.TIME_GIVEN and day > today:
        return "must not be in the future."
    return "must not be in the past." if form is TextFormat.TIME_DUE and day < today else None


def _day(text: str) -> dt.date | None:
    found = _DAY.fullmatch(text)
    return None if found is None else _made(found[1], found[2], found[3])


def _first_day(text: str) -> dt.date | None:
    """Return the first day of what a date says; None where there is no such date."""
    if (found := _DAY.fullmatch(text)) is not None:
        return _made(found[1], found[2], found[3])
    if (found := _MONTH.fullmatch(text)) is not None:
        return _made(found[1], found[2], "1")
    if _YEAR.fullmatch(text) is not None:
        return _made(text, "1", "1")
    if (found := _BRITISH.fullmatch(text)) is not None:
        return _made(found[3] if len(found[3]) > len("99") else f"20{found[3]}", found[2], found[1])
    if (found := _SPELT.fullmatch(text)) is not None and found[2][:3].lower() in _MONTHS:
        return _made(found[3], str(_MONTHS.index(found[2][:3].lower()) + 1), found[1])
    return None


def _spells_a_month(text: str) -> bool:
    found = _SPELT.fullmatch(text)
    return found is not None and found[2][:3].lower() in _MONTHS


def _made(year: str, month: str, day: str) -> dt.date | None:
    """Make a date; None where it does not exist, or lies before anybody alive was born."""
    try:
        made = dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
    return made if made.year >= 1900 else None  # noqa: PLR2004 - as NOMIS has it for dates of birth
