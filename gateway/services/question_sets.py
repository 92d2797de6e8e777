"""The question sets of the dPER and the youth risk assessment: for every authenticated viewer to read."""

from gateway.domain.questions import QuestionSets
from gateway.store import questions


def question_sets() -> QuestionSets:
    """Return all versions that come with the gateway; they are read once.

    Raises:
        QuestionFileError: a data file cannot be used. The application does not start then.

    """
    return questions.load()
