"""The printed page of a dPER as HTML: a template filled with what was gathered, everything escaped."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gateway.domain.escort_records import EscortRecordStatus
from gateway.domain.nomis_records import NomisSyncState
from gateway.domain.printed_records import PrintedEntry, PrintedRecord
from gateway.domain.times import LONDON

Face = tuple[str, str]
"""Where a font comes from, and its weight."""


def html_page(page: PrintedRecord, *, nonce: str | None = None, faces: Sequence[Face] = ()) -> str:
    """Fill in the page. `nonce` admits its style sheet under a policy; without `faces` the browser's fonts are used."""
    confirmed = page.record.status is EscortRecordStatus.CONFIRMED
    name = "" if page.person is None else f"{page.person.last_name}, {page.person.first_names[:1]} "
    number = "" if page.person is None else f"{page.person.prison_number} "
    return _TEMPLATES.get_template("record.html.jinja").render(
        page=page,
        confirmed=confirmed,
        running_head=f"{name[:40]}{number}{page.move.reference}",
        state_mark="Confirmed" if confirmed else "NOT CONFIRMED",
        printed_line=f"Printed {_instant(page.printed_at)} by {page.printed_by[:60]}",
        old_nomis=[sync for sync in page.nomis if sync.state is not NomisSyncState.SUCCEEDED],
        nonce=nonce,
        faces=faces,
    )


def _day(value: date | None) -> str:
    return "Not known" if value is None else f"{value.day} {value:%B %Y}"


def _short_day(value: date | None) -> str:
    return "Not known" if value is None else f"{value.day} {value:%b %Y}"


def _instant(value: datetime) -> str:
    local = value.astimezone(LONDON)
    return f"{local.day} {local:%B %Y} at {local:%H:%M}"


def _words(value: StrEnum) -> str:
    return value.value.replace("_", " ").capitalize()


def _status(value: EscortRecordStatus) -> str:
    return _STATUSES[value]


def _short(entry: PrintedEntry) -> bool:
    """Say whether an entry is kept on one page: half a page of text at most, and no list."""
    said = sum(len(line.text) + len(line.details or "") for line in entry.lines)
    told = sum(len(one.record.comment or "") + _A_LINE for one in entry.nomis)
    return not entry.items and said + told < _HALF_A_PAGE


def _css_string(value: str) -> Markup:
    """Quote a text for a style sheet, with every sign that might end it written as its number and a space.

    The result holds no sign that means something to HTML either.
    """
    signs = (sign if sign.isascii() and (sign.isalnum() or sign == " ") else f"\\{ord(sign):06x} " for sign in value)
    return Markup('"{}"').format(Markup("".join(signs)))  # noqa: S704 - letters, figures, spaces and numbers of signs


_A_LINE: Final = 120
_HALF_A_PAGE: Final = 3_000
"""Characters."""

_STATUSES: Final = {
    EscortRecordStatus.UNSTARTED: "nothing is answered",
    EscortRecordStatus.IN_PROGRESS: "not everything is answered",
    EscortRecordStatus.COMPLETED: "everything is answered",
    EscortRecordStatus.CONFIRMED: "confirmed",
}

_TEMPLATES: Final = Environment(
    loader=PackageLoader("gateway.transport.print", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters |= {
    "day": _day,
    "short_day": _short_day,
    "instant": _instant,
    "words": _words,
    "status": _status,
    "css_string": _css_string,
}
_TEMPLATES.tests["short"] = _short
