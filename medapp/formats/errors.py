"""Why a file could not be read, in a word for programs and a sentence for people."""

from __future__ import annotations


class UnreadableError(Exception):
    """A file that cannot be taken in.

    Attributes:
        code: Stable word, as in `medapp.domain.patient.Rejected`.
        reason: A sentence for the reader.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason
