"""Undo and redo of what a reader changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from medapp.ui.reading.events import Event

if TYPE_CHECKING:
    from collections.abc import Callable

_DEPTH = 200


@dataclass(frozen=True)
class Command:
    """A change that has been made, with the way back and forth."""

    title: str
    undo: Callable[[], None]
    redo: Callable[[], None]


class UndoStack:
    """The changes of one workspace, the last one first to be undone."""

    def __init__(self) -> None:
        """Start empty."""
        self.changed = Event()
        self._done: list[Command] = []
        self._undone: list[Command] = []

    def push(self, command: Command) -> None:
        """Add a change that has already been made; what had been undone is forgotten."""
        self._done.append(command)
        del self._done[:-_DEPTH]
        self._undone.clear()
        self.changed.emit()

    def undo(self) -> str:
        """Take the last change back; its title, "" where there is none."""
        if not self._done:
            return ""
        command = self._done.pop()
        command.undo()
        self._undone.append(command)
        self.changed.emit()
        return command.title

    def redo(self) -> str:
        """Make the last change again that was taken back."""
        if not self._undone:
            return ""
        command = self._undone.pop()
        command.redo()
        self._done.append(command)
        self.changed.emit()
        return command.title

    def clear(self) -> None:
        """Forget everything."""
        self._done.clear()
        self._undone.clear()
        self.changed.emit()

    @property
    def can_undo(self) -> bool:
        """True where something can be taken back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """True where something can be made again."""
        return bool(self._undone)
