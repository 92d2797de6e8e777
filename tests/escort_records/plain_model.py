"""A record said plainly: what answers do to it, recomputed from the answers alone."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

from tests.support.record_answers import questions

ASKED: Final = questions()

REVIEWED: Final = {"reviewed": True}
"""What an author says of a copied answer that is right."""

Said = Mapping[str, Any]
"""`option`, `details`, `options` or `text`, as clients send them; or REVIEWED."""


@dataclass
class Held:
    """What is held for one question. `said` None: no answer."""

    said: Said | None = None
    version: int = 0
    responded: bool = False


@dataclass(frozen=True)
class Given:
    key: str
    said: Said
    version: int | None

    def as_input(self) -> dict[str, Any]:
        seen = {} if self.version is None else {"version": self.version}
        return {"questionKey": self.key, **self.said, **seen}


@dataclass
class Record:
    held: dict[str, Held] = field(default_factory=lambda: {key: Held() for key in ASKED})
    confirmed: bool = False

    def applies(self, key: str) -> bool:
        needed = ASKED[key].depends_on
        return needed is None or (
            self.applies(needed.question_key) and needed.option in _options(self.held[needed.question_key].said)
        )

    def answer(self, given: Sequence[Given]) -> set[tuple[str, str]]:
        """Take answers, all or none; give what stands in the way as pairs of code and question."""
        if self.confirmed:
            return {("LOCKED", "id")}
        changed = {one.key for one in given if self._changed_under(one)}
        if changed:
            return {("CONFLICT", key) for key in changed}
        nothing = {one.key for one in given if one.said is REVIEWED and self.held[one.key].said is None}
        after = deepcopy(self)
        news = [one for one in given if not self._stands(one)]
        for one in news:
            was = after.held[one.key]
            said = was.said if one.said is REVIEWED else one.said
            after.held[one.key] = Held(said, was.version + 1, responded=True)
        unasked = {one.key for one in news if not after.applies(one.key)}
        if nothing or unasked:
            return {("INVALID", key) for key in nothing | unasked}
        for key, was in after.held.items():
            if was.said is not None and not after.applies(key):
                after.held[key] = Held(None, was.version + 1)
        self.held = after.held
        return set()

    def _stands(self, given: Given) -> bool:
        held = self.held[given.key]
        if not held.responded:
            return False
        return given.version in {None, held.version} if given.said is REVIEWED else given.said == held.said

    def _changed_under(self, given: Given) -> bool:
        held = self.held[given.key]
        if self._stands(given):
            return False
        return held.responded if given.version is None else given.version != held.version

    def outstanding(self, section: str | None = None) -> list[str]:
        return [key for key in self._asked(section) if not self.held[key].responded]

    def _asked(self, section: str | None = None) -> list[str]:
        return [key for key in ASKED if self.applies(key) and section in {None, ASKED[key].section.name}]

    def progress(self, section: str) -> tuple[str, int, int]:
        left, asked = len(self.outstanding(section)), len(self._asked(section))
        status = "COMPLETED" if not left else "NOT_STARTED" if left == asked else "IN_PROGRESS"
        return status, asked - left, left

    def status(self) -> str:
        if self.confirmed:
            return "CONFIRMED"
        left = len(self.outstanding())
        return "COMPLETED" if not left else "UNSTARTED" if left == len(self._asked()) else "IN_PROGRESS"

    def flags(self) -> set[tuple[str, str]]:
        return {
            (flag.key, key)
            for key, held in self.held.items()
            if held.responded
            for option in ASKED[key].options
            if option.value in _options(held.said)
            for flag in option.flags
        }


def _options(said: Said | None) -> set[str]:
    if said is None:
        return set()
    return {said["option"]} if "option" in said else {one["option"] for one in said.get("options", ())}
