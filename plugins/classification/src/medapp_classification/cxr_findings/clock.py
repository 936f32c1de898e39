"""The time that a training has: where it is over, what is done stays, and the same command goes on.

It ends the training and changes nothing of it: all networks learn for the plan's epochs, in however many
calls. One that had learnt less than the others would not be what the figures of the others say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from medapp.api import TaskRefused

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(eq=False)
class Clock:
    """Runs from when it is made.

    Attributes:
        limit_s: How long; None for no limit.
        networks: How many there are to train.
        done: How many of them are.
        now: Seconds of a clock.
    """

    limit_s: float | None
    networks: int
    done: int = 0
    now: Callable[[], float] = monotonic
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        """Start it."""
        self._began = self.now()

    def check(self, part: float = 0.0) -> None:
        """End the training where its time is over.

        Args:
            part: Share of the network that is being trained.

        Raises:
            TaskRefused: Where it is, with how far the training came.
        """
        if self.limit_s is None or self.now() - self._began < self.limit_s:
            return
        further = f" and {part:.0%} of the next" if part else ""
        message = (
            f"{self.limit_s / 60:.3g} minutes are over: {self.done} of {self.networks} networks{further} are "
            "trained. What is done stays in the folder: the same command goes on from there"
        )
        raise TaskRefused(message)
