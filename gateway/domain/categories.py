"""Security categories, as NOMIS codes them."""

from typing import Final

from gateway.domain.people import EscortExclusion, PrisonerCategory

_DESCRIPTIONS: Final = {
    "A": "Category A",
    "B": "Category B",
    "C": "Category C",
    "D": "Category D",
    "E": "Category A, exceptional escape risk",
    "H": "Category A, high escape risk",
    "I": "YOI closed",
    "J": "YOI open",
    "K": "YOI short sentence",
    "L": "YOI long-term closed",
    "P": "Provisional Category A",
    "Q": "Female, restricted status",
    "R": "Female closed",
    "S": "Female semi-open",
    "T": "Female open",
    "U": "Unsentenced",
    "V": "YOI, restricted status",
    "X": "Uncategorised, sentenced male",
    "Z": "Unclassified",
}

EXCLUSIONS: Final = {
    "A": EscortExclusion.CATEGORY_A,
    "E": EscortExclusion.CATEGORY_A,
    "H": EscortExclusion.CATEGORY_A,
    "P": EscortExclusion.CATEGORY_A,
    "Q": EscortExclusion.RESTRICTED_STATUS,
    "V": EscortExclusion.RESTRICTED_STATUS,
}
"""Categories that the escort contract leaves to others. Provisional Category A is held as Category A is."""

_OTHER_CODES_OF_THE_CARRIED: Final = frozenset(
    {"BTH", "BTRN", "CVPU", "CYOI", "EL", "FEM", "FEMO", "GRANTED", "IMM", "LOC", "YJB", "YOI", "YOIA", "YOIL"}
)
"""Further codes in use for people who are carried: labels of establishment types that stand where a category does."""

KNOWN_CODES: Final = frozenset(_DESCRIPTIONS) | _OTHER_CODES_OF_THE_CARRIED
"""Codes of which it is known whether the contract covers them. Any other is for a person to decide."""


def category(code: str) -> PrisonerCategory:
    """Name a category code; one that is not in the list keeps its code as its description."""
    return PrisonerCategory(code, _DESCRIPTIONS.get(code, code))
