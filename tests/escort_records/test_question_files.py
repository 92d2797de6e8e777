"""Data files that cannot be used are refused with the file, the place and the reason."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.domain.questions import QuestionSetKind
from gateway.store.questions import QuestionFileError, load
from gateway.store.questions.loading import DATA, read

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a copy of a version that may be spoilt."""
    return Path(shutil.copytree(DATA / "person-escort-record/1.0.0", tmp_path / "person-escort-record/1.0.0"))


def spoil(path: Path, change: Change) -> None:
    held = json.loads(path.read_text())
    change(held)
    path.write_text(json.dumps(held))


def question(held: dict[str, Any], key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in held["questions"] if one["key"] == key)
    return found


def test_a_version_that_holds_together_is_read(folder: Path) -> None:
    assert read(folder).version == "1.0.0"


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        ("risk", lambda held: held["questions"][0].update(colour="red"), "questions.0.colour"),
        ("risk", lambda held: held["questions"][0].pop("text"), "questions.0.text"),
        ("risk", lambda held: held["questions"][0].update(key="High Interest"), "questions.0.key"),
        ("risk", lambda held: held["questions"][0].update(type="guess"), "questions.0.type"),
        ("risk", lambda held: held["questions"][0].update(options=[]), "nothing to choose from"),
        ("risk", lambda held: held["questions"][0]["options"][0].pop("details_label"), "details_label"),
        ("risk", lambda held: held["questions"][0]["options"][1].update(value="yes"), "an option twice"),
        ("risk", lambda held: held["questions"][0]["options"][0].update(flags=["no-such-flag"]), "no-such-flag"),
        ("risk", lambda held: held["questions"][0].update(nomis={"rumour": ["X"]}), "questions.0.nomis"),
        ("risk", lambda held: held["questions"][0].update(nomis={"alert": ["HPI", "HPI"]}), "NOMIS twice"),
        ("risk", lambda held: held["questions"][0].update(fallback_for=["alert"]), "take what no question knows"),
        ("risk", lambda held: question(held, "risk-from-other-people")["depends_on"].update(option="no?"), "option"),
        ("risk", lambda held: held["questions"].reverse(), "which is not before it"),
        ("risk", lambda held: question(held, "history-of-self-harm-recency").update(prefill=True), "never"),
        ("risk", lambda held: held["questions"].append(held["questions"][0]), "same key: high-public-interest"),
        ("risk", lambda held: held.update(section="health"), "it holds the section health"),
        ("offence", lambda held: question(held, "current-offences").update(format="pounds"), "only a text question"),
        ("property", lambda held: question(held, "property-bags").pop("fields"), "item_name and fields"),
        (
            "property",
            lambda held: question(held, "property-bags")["fields"][0].update(type="items"),
            "no list of items",
        ),
        ("set", lambda held: held["flags"].update(unused={"title": "Unused", "severity": "alert"}), "raises: unused"),
        ("set", lambda held: held.update(version="1.0"), "version"),
        ("set", lambda held: held.update(version="1.0.1"), "not those of the folder"),
        ("set", lambda held: held["sections"].append("contacts"), "contacts.json: it cannot be read"),
    ],
)
def test_what_does_not_fit_is_refused_and_named(folder: Path, file: str, change: Change, said: str) -> None:
    spoil(folder / f"{file}.json", change)
    with pytest.raises(QuestionFileError, match=r".*\.json") as refused:
        read(folder)
    assert said in str(refused.value)


def test_a_file_that_is_no_json_is_refused(folder: Path) -> None:
    (folder / "risk.json").write_text("{")
    with pytest.raises(QuestionFileError, match=r"risk\.json: file"):
        read(folder)


def test_the_newest_version_is_in_force_and_the_others_stay(tmp_path: Path, folder: Path) -> None:
    for version in ("1.10.0", "1.9.0"):
        newer = Path(shutil.copytree(folder, folder.with_name(version)))
        spoil(newer / "set.json", lambda held, version=version: held.update(version=version))  # type: ignore[misc]
    sets = load(tmp_path)
    assert sets.versions(QuestionSetKind.ESCORT_RECORD) == ("1.0.0", "1.9.0", "1.10.0")
    assert sets.current(QuestionSetKind.ESCORT_RECORD).version == "1.10.0"
    found = sets.find(QuestionSetKind.ESCORT_RECORD, "1.9.0")
    assert found is not None
    assert found.version == "1.9.0"
    assert sets.find(QuestionSetKind.ESCORT_RECORD, "2.0.0") is None
    with pytest.raises(LookupError, match="youth-risk-assessment"):
        sets.current(QuestionSetKind.YOUTH_RISK_ASSESSMENT)
