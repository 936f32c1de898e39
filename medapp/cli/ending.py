"""How a command ends: its exit status, one line for what went wrong, and a way to stop it."""

from __future__ import annotations

import signal
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from medapp.jobs import JobHandle, JobUpdate

FAILED: Final = 1
WRONG_USE: Final = 2
NOTHING_FITS: Final = 3
CANCELLED: Final = 130
"""128 and the number of the signal, as shells have it."""
_LOOK_S: Final = 0.2
_LAST_WAIT_S: Final = 10.0


class Problem(Exception):  # noqa: N818 - what the user is told
    """Ends the command with one line and a status."""

    def __init__(self, message: str, status: int = FAILED) -> None:
        """Hold both."""
        super().__init__(message)
        self.status = status


def one_line(error: BaseException) -> str:
    """What an error says, without line breaks or the quotes of a KeyError."""
    text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    return " ".join(text.split()) or type(error).__name__


@contextmanager
def problems_of_use() -> Iterator[None]:
    """Errors that come of what the user asked for."""
    try:
        yield
    except (KeyError, ValueError, OSError) as error:
        raise Problem(one_line(error), WRONG_USE) from error


def wait_for(handle: JobHandle, tell: Callable[[JobUpdate], None]) -> object:
    """Wait for a job; Ctrl-C and a polite request of the system to end cancel it.

    Raises:
        Problem: Where it failed or was cancelled.
    """
    from medapp.api.context import JobCancelled
    from medapp.jobs import JobFailed

    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while True:
            try:
                return handle.wait(_LOOK_S)
            except TimeoutError:
                tell(handle.update)
    except KeyboardInterrupt:
        _cancel(handle)
        message = "cancelled"
        raise Problem(message, CANCELLED) from None
    except JobCancelled as error:
        message = "cancelled"
        raise Problem(message, CANCELLED) from error
    except JobFailed as error:
        if error.log_tail:
            sys.stderr.write(error.log_tail.rstrip() + "\n")
        raise Problem(one_line(error)) from error
    finally:
        signal.signal(signal.SIGTERM, before)


def _cancel(handle: JobHandle) -> None:
    """Wait until the job's process has ended, even when Ctrl-C is pressed again."""
    handle.cancel()
    until = time.monotonic() + _LAST_WAIT_S
    while not handle.update.finished and time.monotonic() < until:
        try:
            time.sleep(_LOOK_S / 4)
        except KeyboardInterrupt:
            continue
