"""Writes docs/states.md and the diagram in docs/dper.md, drawn from the tables that the code runs on.

python docs/states.py            rewrite them
python docs/states.py --check    fail where one is stale
"""

import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from gateway.domain.allocation_states import ALLOCATION_STATES
from gateway.domain.escort_record_states import ESCORT_RECORD_EVENTS, ESCORT_RECORD_STATES
from gateway.domain.journey_states import JOURNEY_ACTIONS, JOURNEY_STATES
from gateway.domain.lodging_states import LODGING_STATES
from gateway.domain.machines import Machine
from gateway.domain.move_states import MOVE_ACTIONS, MOVE_STATES

PAGE = Path(__file__).with_name("states.md")
DPER = Path(__file__).with_name("dper.md")
BEGIN, END = "<!-- states: made by docs/states.py -->\n", "<!-- end of states -->\n"
ABOUT = {
    "Move": "From a request to its end. A transfer between prisons begins as a proposal; anything else is requested at "
    "once. `call_off` is the supplier's correction of a move that left or arrived only by mistake; everyone else "
    "cancels before it leaves.",
    "Journey": "One leg of a move, as its supplier drives it.",
    "Lodging": "A night or more on the way.",
    "Person Escort Record": "Its status follows from its answers until it is confirmed. Complete again after it was "
    "reopened, it tells `PerUpdated`. A youth risk assessment has the same states, and is not handed over.",
    "Allocation": "Filling and emptying follow from its moves: it is filled when every open one has a person.",
}
EVENTS: dict[str, Mapping[str, Sequence[StrEnum]]] = {
    "Move": MOVE_ACTIONS,
    "Journey": JOURNEY_ACTIONS,
    "Person Escort Record": ESCORT_RECORD_EVENTS,
}


def page() -> str:
    """Return the whole page."""
    parts = [
        "# States",
        "",
        "Made by `python docs/states.py` from the tables in `gateway/domain/*_states.py`. What a table does not list",
        "is refused. The state of a move or a journey follows from when its events occurred, in whatever order they",
        "are told.",
    ]
    for machine in (MOVE_STATES, JOURNEY_STATES, LODGING_STATES, ALLOCATION_STATES, ESCORT_RECORD_STATES):
        parts += ["", f"## {machine.name}", "", ABOUT[machine.name], "", *_diagram(machine), "", *_table(machine)]
    return "\n".join(parts) + "\n"


def dper() -> str:
    """Return the page about the dPER with its diagram as the table has it."""
    before, _, rest = DPER.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    drawn = [*_diagram(ESCORT_RECORD_STATES), "", *_table(ESCORT_RECORD_STATES)]
    return "".join([before, BEGIN, "\n".join(drawn), "\n", END, after])


def _diagram(machine: Machine[Any, Any]) -> list[str]:
    rows = [f"  [*] --> {state.value}" for state in machine.initial]
    for row in machine.table:
        rows += [f"  {source.value} --> {row.target.value}: {row.action.value}" for source in sorted(row.sources)]
    return ["```mermaid", "stateDiagram-v2", *rows, "```"]


def _table(machine: Machine[Any, Any]) -> list[str]:
    events = EVENTS.get(machine.name, {})
    told = {action.value: name for name, actions in events.items() for action in actions}
    head = ["| Action | From | To |" + (" Event |" if told else ""), "|---|---|---|" + ("---|" if told else "")]
    return head + [
        f"| {row.action.value} | {', '.join(sorted(row.sources))} | {row.target.value} |"
        + (f" `{told[row.action.value]}` |" if told else "")
        for row in machine.table
    ]


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(PAGE.read_text() != page() or DPER.read_text() != dper())
    PAGE.write_text(page())
    DPER.write_text(dper())
