"""Which of NOMIS's records count for a dPER, and which questions they bear on.

What counts on a day in London:
- alerts that are active and have not expired: the day on which an alert ends is the first on which it does not hold;
- care needs that are ongoing, and adjustments, whose last day is not over;
- cell-sharing risk assessments whose review is not overdue;
- contacts that are active: next of kin under a code of their own, all others under another.

A record bears on every question that names its kind and code, and where none does on the one that takes the rest of
its kind. Two sorts of codes are known by what they mean, wherever a set names them or not: Escape List - Heightened is
an escape-list alert, and every cell-sharing risk assessment is one, by whichever of six forms it was made.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from gateway.domain.alerts import Alert
from gateway.domain.nomis_records import NomisRecord
from gateway.domain.people import CareNeed, CellSharingAssessment, Contact, ReasonableAdjustment
from gateway.domain.questions import NomisCode, NomisKind, QuestionSet

NEXT_OF_KIN: Final = "NEXTOFKIN"
OTHER_CONTACT: Final = "OTHER"

_BETWEEN: Final = " — "
_SAME_AS: Final = {
    NomisCode(NomisKind.ALERT, "XELH"): NomisCode(NomisKind.ALERT, "XEL"),
    **{
        NomisCode(NomisKind.ASSESSMENT, code): NomisCode(NomisKind.ASSESSMENT, "CSR")
        for code in ("CSR1", "CSRDO", "CSRF", "CSRH", "CSRREV")
    },
}
"""What a code counts as where no question names it."""


class NomisQuestions:
    """The questions of a set, by NOMIS's codes: made once to attach the records of many dPERs."""

    def __init__(self, questions: QuestionSet) -> None:
        self._named: defaultdict[NomisCode, list[str]] = defaultdict(list)
        self._rest: defaultdict[NomisKind, list[str]] = defaultdict(list)
        for question in questions.questions():
            for code in question.nomis:
                self._named[code].append(question.key)
            for kind in question.fallback_for:
                self._rest[kind].append(question.key)

    def attached(self, records: Iterable[NomisRecord]) -> Mapping[str, tuple[NomisRecord, ...]]:
        """Attach records to questions, by question key. Each hangs on a question once, in the given order.

        A question without any is absent. A record on which no question of the set bears is nowhere.
        """
        found: defaultdict[str, dict[NomisRecord, None]] = defaultdict(dict)
        for record in records:
            for key in self._questions_for(NomisCode(record.kind, record.code)):
                found[key][record] = None
        return {key: tuple(attached) for key, attached in found.items()}

    def _questions_for(self, code: NomisCode) -> Iterable[str]:
        return self._named.get(code) or self._named.get(_SAME_AS.get(code, code)) or self._rest.get(code.kind) or ()


def alert_records(alerts: Iterable[Alert], today: date) -> tuple[NomisRecord, ...]:
    return _distinct(
        _record(NomisKind.ALERT, one.code.code, one.code.description, one.comment, one.active_from, one.expires_on)
        for one in alerts
        if one.active and (one.expires_on is None or one.expires_on > today)
    )


def care_need_records(needs: Iterable[CareNeed], today: date) -> tuple[NomisRecord, ...]:
    """Take needs that are ongoing: the others are left out where NOMIS is asked."""
    return _distinct(
        _record(NomisKind.PERSONAL_CARE_NEED, one.code, one.description, one.comment, one.start_date, one.end_date)
        for one in needs
        if _lasts(one.end_date, today)
    )


def adjustment_records(adjustments: Iterable[ReasonableAdjustment], today: date) -> tuple[NomisRecord, ...]:
    return _distinct(
        _record(NomisKind.REASONABLE_ADJUSTMENT, one.code, one.description, one.comment, one.start_date, one.end_date)
        for one in adjustments
        if _lasts(one.end_date, today)
    )


def assessment_records(assessments: Iterable[CellSharingAssessment], today: date) -> tuple[NomisRecord, ...]:
    """Take assessments with the rating before the comment: it is what staff look for."""
    return _distinct(
        _record(
            NomisKind.ASSESSMENT,
            one.code,
            one.description,
            _joined(one.rating, one.comment),
            one.assessed_on,
            one.review_on,
        )
        for one in assessments
        if _lasts(one.review_on, today)
    )


def contact_records(contacts: Iterable[Contact]) -> tuple[NomisRecord, ...]:
    return _distinct(
        _record(
            NomisKind.CONTACT,
            NEXT_OF_KIN if one.next_of_kin else OTHER_CONTACT,
            "Next of kin" if one.next_of_kin else "Other contact",
            _joined(one.name, one.relationship, one.comment),
            one.since,
            one.ended_on,
        )
        for one in contacts
        if one.active
    )


def _lasts(last_day: date | None, today: date) -> bool:
    return last_day is None or last_day >= today


def _record(
    kind: NomisKind, code: str, description: str, comment: str | None, start: date | None, end: date | None
) -> NomisRecord:
    return NomisRecord(kind, _kept(code), _kept(description), _kept(comment or "") or None, start, end)


def _kept(text: str) -> str:
    """Leave out what no store takes."""
    return text.replace("\x00", "").strip()


def _joined(*parts: str | None) -> str | None:
    return _BETWEEN.join(part for part in parts if part) or None


def _distinct(records: Iterable[NomisRecord]) -> tuple[NomisRecord, ...]:
    return tuple(dict.fromkeys(records))
