"""Why a file could not be read, in a word for programs and a sentence for people."""

from __future__ import annotations

from typing import Final

ARCHIVE_UNSAFE: Final = "archive-unsafe"
EMPTY: Final = "empty"
MALFORMED: Final = "malformed"
NOT_DICOM: Final = "not-dicom"
TOO_LARGE: Final = "too-large"
TRUNCATED: Final = "truncated"
UNREADABLE: Final = "unreadable"
UNSUPPORTED_ARCHIVE: Final = "unsupported-archive"


class UnreadableError(Exception):
    """A file that cannot be taken in.

    Attributes:
        code: Stable word, as in `medapp.domain.patient.Rejected`.
        reason: A sentence for the reader.
    """

    def __init__(self, code: str, reason: str) -> None:
        """Set both."""
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason
