"""Reads docs/walkthrough.md: who does what, in order."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parents[2] / "docs" / "walkthrough.md"

_PART: Final = re.compile(
    r"^As `(?P<who>[\w-]+)`"
    r"|^```graphql\n(?P<query>.*?)^```$"
    r"|^```json\n(?P<variables>.*?)^```$"
    r"|[Kk]eep `(?P<path>[\w.]+)` as `<(?P<name>\w+)>`"
    r"|Status: `(?P<status>\w+)`",
    re.MULTILINE | re.DOTALL,
)


@dataclass
class Step:
    """An operation with its variables as they stand; what to keep of its answer, and the status that it says."""

    who: str
    query: str
    variables: str = "{}"
    keep: tuple[str, str] | None = None
    status: str | None = None


def steps() -> list[Step]:
    """Return the operations of the page in order."""
    who = ""
    found: list[Step] = []
    for part in _PART.finditer(PAGE.read_text()):
        if part["who"]:
            who = part["who"]
        elif part["query"]:
            found.append(Step(who, part["query"]))
        elif part["variables"]:
            found[-1].variables = part["variables"]
        elif part["path"]:
            found[-1].keep = (part["path"], part["name"])
        elif part["status"]:
            found[-1].status = part["status"]
    return found
