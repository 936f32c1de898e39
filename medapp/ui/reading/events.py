"""Signals for view models that know nothing of Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Event:
    """A list of listeners, called in the order in which they joined."""

    def __init__(self) -> None:
        """Start with no listener."""
        self._listeners: list[Callable[..., Any]] = []

    def connect(self, listener: Callable[..., Any]) -> Callable[[], None]:
        """Add a listener; the answer removes it again."""
        self._listeners.append(listener)

        def disconnect() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return disconnect

    def emit(self, *arguments: object) -> None:
        """Call every listener."""
        for listener in tuple(self._listeners):
            listener(*arguments)
