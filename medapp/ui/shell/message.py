"""What has happened, in one line: something was cancelled, or taken away and may be brought back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, eq=False)
class Message:
    """One line for the reader.

    Attributes:
        text: What happened and what was kept; it names a patient only where it leads to another one.
        undo: Takes it back; None where it cannot be.
        action: What the button says instead of Undo, where `undo` does something else.
        stays: Whether it is still shown when somebody else comes into focus: it is of no patient.
    """

    text: str
    undo: Callable[[], object] | None = None
    action: str = ""
    stays: bool = False
