"""Question sets, which are the same for everybody, and where a dPER is printed."""

from typing import Final

from gateway.domain.escort_records import SectionKey
from gateway.domain.questions import QuestionSet, QuestionSetKind
from gateway.store.questions import load
from tests.scope.fields import Args, Asked, Field, global_id


def _set(_asked: Asked, _source: object, args: Args) -> QuestionSet:
    return load().current(QuestionSetKind[args["kind"]])


def _questions(_asked: Asked, source: QuestionSet, args: Args) -> list[object]:
    wanted = None if args.get("section") is None else SectionKey[args["section"]]
    return list(source.questions(wanted))


FIELDS: Final[dict[str, Field]] = {
    "Query.perQuestionSet": _set,
    "PerQuestionSet.sections": lambda _asked, source, _args: [section.key.name for section in source.sections],
    "PerQuestionSet.questions": _questions,
    "PersonEscortRecord.printUrl": lambda _asked, source, _args: (
        f"/person-escort-records/{global_id('PersonEscortRecord', source.id)}/print"
    ),
    "PerOption.detailsRequired": lambda _asked, source, _args: source.details.name.startswith("REQUIRED"),
}
