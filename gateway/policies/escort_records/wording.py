"""How questions are called in problems."""

from gateway.domain.questions import Question


def named(question: Question) -> str:
    """Name a question by its words and its key."""
    return f"'{question.text}' ({question.key})"
