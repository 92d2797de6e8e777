"""Prison transfers: why a person changes establishment, and that PMU decides."""

from typing import Final

from gateway.domain.moves import MoveType
from gateway.domain.problems import Problem, ProblemCode, problem

TRANSFER_REASONS: Final = (
    "accumulated_visits",
    "compassionate",
    "court",
    "video",
    "cpa",
    "isp_to_open",
    "mappa",
    "medical",
    "offending_behaviour_course",
    "parole",
    "progressive",
    "repatriation",
    "resettlement",
    "return_after_court_appearance",
    "security",
    "yjb",
    "another_reason",
)
"""The reasons for a prison transfer."""


def needs_decision(move_type: MoveType) -> bool:
    """Say whether a move is only proposed until the Population Management Unit decides."""
    return move_type is MoveType.PRISON_TRANSFER


def transfer_reason_problems(move_type: MoveType, reason: str | None) -> list[Problem]:
    """Check the reason of a transfer; nothing forces one, and no other type of move has one."""
    if reason is None:
        return []
    if move_type is not MoveType.PRISON_TRANSFER:
        return [problem(ProblemCode.INVALID, "Only a prison transfer has such a reason.", "prisonTransferReason")]
    if reason not in TRANSFER_REASONS:
        return [problem(ProblemCode.INVALID, f"Must be one of {', '.join(TRANSFER_REASONS)}.", "prisonTransferReason")]
    return []
