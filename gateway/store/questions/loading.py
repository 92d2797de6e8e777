"""Reads the data files into question sets, and refuses what does not fit together."""

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from gateway.domain.questions import (
    Dependency,
    Flag,
    NomisCode,
    NomisKind,
    Option,
    Question,
    QuestionSet,
    QuestionSets,
    Section,
)
from gateway.policies.escort_records.prefill import NEVER
from gateway.store.questions.files import FieldRow, OptionRow, QuestionRow, SectionFile, SetFile

DATA: Final = Path(__file__).with_name("data")
"""A folder for each form, and in it one for each version."""

F = TypeVar("F", bound=BaseModel)


class QuestionFileError(Exception):
    """A data file cannot be used. Says which file, where in it, and what is wrong."""


@cache
def load(root: Path = DATA) -> QuestionSets:
    """Read every version of every form.

    Raises:
        QuestionFileError: a file is absent or unreadable, does not keep to its schema, or contradicts itself.

    """
    folders = [folder for form in sorted(root.iterdir()) if form.is_dir() for folder in form.iterdir()]
    sets = [read(folder) for folder in folders]
    return QuestionSets(sorted(sets, key=lambda one: (one.kind, [int(part) for part in one.version.split(".")])))


def read(folder: Path) -> QuestionSet:
    """Read one version of a form from its folder, which is named for it.

    Raises:
        QuestionFileError: as for `load`.

    """
    path = folder / "set.json"
    head = _parsed(SetFile, path)
    if (head.kind.value, head.version) != (folder.parent.name, folder.name):
        raise QuestionFileError(f"{path}: its kind and version are not those of the folder")
    flags = {key: Flag(key, row.title, row.severity) for key, row in head.flags.items()}
    sections = []
    for key in head.sections:
        file = _parsed(SectionFile, folder / f"{key.value}.json")
        if file.section is not key:
            raise QuestionFileError(f"{folder / f'{key.value}.json'}: it holds the section {file.section.value}")
        sections.append(_section(file, flags, folder / f"{key.value}.json"))
    _check_keys(sections, path)
    _check_flags(sections, flags, path)
    _check_fallbacks(sections, path)
    return QuestionSet(head.kind, head.version, head.title, tuple(sections))


def _parsed(model: type[F], path: Path) -> F:
    try:
        return model.model_validate_json(path.read_bytes())
    except OSError as error:
        raise QuestionFileError(f"{path}: it cannot be read ({error.strerror})") from error
    except ValidationError as error:
        found = "; ".join(
            f"{'.'.join(map(str, one['loc'])) or 'file'}: {one['msg']}" for one in error.errors(include_url=False)
        )
        raise QuestionFileError(f"{path}: {found}") from error


def _section(file: SectionFile, flags: dict[str, Flag], path: Path) -> Section:
    _check_dependencies(file, path)
    try:
        return Section(file.section, file.title, tuple(_question(row, file, flags) for row in file.questions))
    except KeyError as error:
        raise QuestionFileError(f"{path}: the flag {error.args[0]} is not in set.json") from error


def _question(row: QuestionRow, file: SectionFile, flags: dict[str, Flag]) -> Question:
    hanging = {
        option.value: tuple(
            other.key
            for other in file.questions
            if other.depends_on is not None
            and (other.depends_on.question, other.depends_on.option) == (row.key, option.value)
        )
        for option in row.options
    }
    return Question(
        key=row.key,
        section=file.section,
        page=row.page,
        type=row.type,
        text=row.text,
        summary=row.summary,
        hint=row.hint,
        required=row.required,
        prefill=_prefill(row),
        format=row.format,
        options=tuple(_option(option, flags, hanging[option.value]) for option in row.options),
        depends_on=None if row.depends_on is None else Dependency(row.depends_on.question, row.depends_on.option),
        item_questions=tuple(_field(field, row, file, flags) for field in row.fields),
        item_name=row.item_name,
        nomis=frozenset(NomisCode(kind, code) for kind, codes in row.nomis.items() for code in codes),
        fallback_for=frozenset(row.fallback_for),
    )


def _field(row: FieldRow, parent: QuestionRow, file: SectionFile, flags: dict[str, Flag]) -> Question:
    return Question(
        key=row.key,
        section=file.section,
        page=parent.page,
        type=row.type,
        text=row.text,
        summary=row.summary,
        hint=row.hint,
        required=row.required,
        prefill=row.prefill,
        format=row.format,
        options=tuple(_option(option, flags, ()) for option in row.options),
    )


def _option(row: OptionRow, flags: dict[str, Flag], follow_ups: tuple[str, ...]) -> Option:
    return Option(
        value=row.value,
        label=row.label,
        details=row.details,
        details_label=row.details_label,
        details_format=row.details_format,
        guidance=row.guidance,
        flags=tuple(flags[key] for key in row.flags),
        follow_ups=follow_ups,
    )


def _prefill(row: QuestionRow) -> bool:
    """Say whether anything of a question may be copied: of a list, whether any of its fields may."""
    return any(field.prefill for field in row.fields) if row.prefill is None else row.prefill


def _check_dependencies(file: SectionFile, path: Path) -> None:
    """Check that every question hangs on an option of a question before it: so there are no circles either."""
    before: dict[str, set[str]] = {}
    for row in file.questions:
        named = row.depends_on
        if named is not None and named.option not in before.get(named.question, ()):
            words = f"{row.key} hangs on {named.question}={named.option}, which is not before it in this section"
            raise QuestionFileError(f"{path}: {words}")
        before[row.key] = {option.value for option in row.options}


def _check_keys(sections: list[Section], path: Path) -> None:
    rows = [
        one for section in sections for question in section.questions for one in (question, *question.item_questions)
    ]
    twice = [key for key, count in Counter(one.key for one in rows).items() if count > 1]
    if twice:
        raise QuestionFileError(f"{path}: questions with the same key: {', '.join(twice)}")
    copied = [one.key for one in rows if one.prefill and one.key in NEVER]
    if copied:
        raise QuestionFileError(f"{path}: never to be prefilled: {', '.join(copied)}")


def _check_flags(sections: list[Section], flags: dict[str, Flag], path: Path) -> None:
    raised = {
        flag.key
        for section in sections
        for question in section.questions
        for one in (question, *question.item_questions)
        for option in one.options
        for flag in option.flags
    }
    if raised != flags.keys():
        raise QuestionFileError(f"{path}: flags that nothing raises: {', '.join(sorted(flags.keys() - raised))}")


def _check_fallbacks(sections: list[Section], path: Path) -> None:
    counts: Counter[NomisKind] = Counter(
        kind for section in sections for question in section.questions for kind in question.fallback_for
    )
    twice = [kind.value for kind, count in counts.items() if count > 1]
    if twice:
        raise QuestionFileError(f"{path}: two questions take what no question knows of: {', '.join(twice)}")
