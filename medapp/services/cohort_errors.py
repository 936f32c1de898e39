"""What is told where a question is not understood."""

from __future__ import annotations


class QueryError(ValueError):
    """A part of the question was not understood; the message names it.

    Attributes:
        part: The words of the question that it is about, as they stand there; empty for all of it.
        advice: What could be said instead; empty where there is nothing to suggest.
    """

    def __init__(self, message: str, *, part: str = "", advice: str = "") -> None:
        """Hold all three."""
        super().__init__(message)
        self.part, self.advice = part, advice
