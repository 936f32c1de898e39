"""How a command ends: its exit status, one line for what went wrong, and a way to stop it."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from medapp.jobs import JobFailed, JobHandle, JobUpdate

FAILED: Final = 1
WRONG_USE: Final = 2
NOTHING_FITS: Final = 3
REFUSED: Final = 4
"""Done, but for files that were refused."""
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


def tell_problem(problem: Problem) -> None:
    """Say why a command has ended; who asked for JSON gets it as JSON too, where there was no other."""
    from medapp.cli import show

    sys.stderr.write(f"medapp: {problem}\n")
    if "--json" in sys.argv and not show.said_json():
        show.as_json({"error": str(problem), "status": problem.status})


def one_line(error: BaseException) -> str:
    """What an error says, without line breaks, the quotes of a KeyError or the number of a system's error."""
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        text = f"{error.filename}: {error.strerror.lower()}"
    else:
        text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    return " ".join(text.split()) or type(error).__name__


def refuse_missing(paths: Iterable[Path]) -> None:
    """Raise a `Problem` that names those of `paths` that do not exist."""
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        message = f"there is nothing at {', '.join(missing)}"
        raise Problem(message, WRONG_USE)


def make_folder(out: Path) -> None:
    """Make the folder for the results, before anything that takes long.

    Raises:
        Problem: Where it cannot be made or nothing can be written there.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        reason = "it is a file" if out.is_file() else (error.strerror or str(error)).lower()
        message = f"nothing can be written to {out}: {reason}"
        raise Problem(message, WRONG_USE) from error


@contextmanager
def folder_for(out: Path) -> Iterator[None]:
    """The same; where the command ends without a result, a folder that it made is not left behind empty.

    Raises:
        Problem: Where it cannot be made or nothing can be written there.
    """
    new = not out.exists()
    make_folder(out)
    try:
        yield
    except BaseException:
        if new:
            with suppress(OSError):  # it holds something
                out.rmdir()
        raise


def refuse_to_replace(files: Sequence[Path]) -> None:
    """Raise a `Problem` where there are `files`: they would be lost."""
    if files:
        names = ", ".join(file.name for file in files)
        message = f"{files[0].parent} already holds {names}; --force replaces what is there"
        raise Problem(message, WRONG_USE)


def refuse_without_display() -> None:
    """Raise a `Problem` where no window can be shown; Qt would end the process without one."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in named):
        message = "there is no display to open a window on; `medapp demo --out DIR` needs none"
        raise Problem(message)


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
        raise _failure(error, handle.update.title) from error
    finally:
        signal.signal(signal.SIGTERM, before)


def finish(handle: JobHandle, title: str) -> object:
    """Wait for a job with a bar of its progress.

    A job that ends well though it was cancelled tells so in its result, which is returned then.

    Raises:
        Problem: Where it failed, or was cancelled and has no result.
    """
    from medapp.cli import show

    try:
        with show.progress(title) as tell:
            return wait_for(handle, tell)
    except Problem as problem:
        if problem.status == CANCELLED and handle.state == "done":
            return handle.wait(0)
        raise


def _failure(error: JobFailed, title: str) -> Problem:
    if error.kind == "refused":
        return Problem(f"{title}: {one_line(error)}", NOTHING_FITS)
    whole = "" if error.log is None else f" (its log: {error.log})"
    return Problem(f"{title} failed: {one_line(error)}{whole}")


def _cancel(handle: JobHandle) -> None:
    """Wait until the job's process has ended, even when Ctrl-C is pressed again."""
    handle.cancel()
    until = time.monotonic() + _LAST_WAIT_S
    while not handle.update.finished and time.monotonic() < until:
        try:
            time.sleep(_LOOK_S / 4)
        except KeyboardInterrupt:
            continue
