"""The question sets that come with the gateway: data files, one folder for each version, and their loader."""

from gateway.store.questions.loading import QuestionFileError, load

__all__ = ["QuestionFileError", "load"]
