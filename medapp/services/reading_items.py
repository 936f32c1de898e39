"""What a reader of records yields, on its way into the library: bounded, and whole or not at all."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Final, cast

from medapp.domain.record import Refusal, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from medapp.domain.record import Item
    from medapp.domain.record.entry import Format

MOST_REFUSALS: Final = 1000
"""Of one source: ten thousand rows with the same fault tell no more than the first of them."""
_LOG = logging.getLogger(__name__)
_REASONS: Final[tuple[tuple[type[Exception], str, str], ...]] = (
    (MemoryError, "too-large", "reading it takes more memory than there is"),
    (RecursionError, "malformed", "it is nested deeper than can be read"),
)


class StoppedError(Exception):
    """Takes back what the library has of the source that is being read."""


class ReaderFailedError(Exception):
    """A reader met something that it was not written for; takes back what the library has of the source."""

    def __init__(self, refusal: Refusal) -> None:
        """Hold what is told of the source."""
        super().__init__(refusal.reason)
        self.refusal = refusal


def guarded(
    items: Iterable[Item], identity: tuple[str, str, str], cancelled: Callable[[], bool] | None = None
) -> Iterator[Item]:
    """The items of one source, no more refusals than a person can look at.

    Args:
        items: Of a reader.
        identity: Path of the source, its name, and what it is read as.
        cancelled: Asked once all is read.

    Raises:
        StoppedError: Where it was cancelled.
        ReaderFailedError: Where the reader has failed.
    """
    _, name, kind = identity
    source = Source(name, cast("Format", kind))
    refusals = 0
    found = iter(items)
    while True:
        try:
            item = next(found)
        except StopIteration:
            break
        except Exception as error:  # noqa: BLE001  a file may be broken in a way that nobody has thought of
            raise ReaderFailedError(_failed(error, source)) from None
        refusals += isinstance(item, Refusal)
        if not isinstance(item, Refusal) or refusals <= MOST_REFUSALS:
            yield item
    if cancelled is not None and cancelled():
        raise StoppedError
    if refusals > MOST_REFUSALS:
        reason = f"{refusals - MOST_REFUSALS} further things that could not be read are not listed"
        yield Refusal(source, "malformed", reason)


def _failed(error: Exception, source: Source) -> Refusal:
    """The message of an error may quote the file, so only its type and its place in the program are told."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename.rpartition('medapp')[2]}:{frames[-1].lineno}" if frames else ""
    _LOG.error("the reader of a %s source failed with %s at %s", source.format, type(error).__name__, where)
    for kind, code, reason in _REASONS:
        if isinstance(error, kind):
            return Refusal(source, code, f"{reason}; nothing of it was kept", whole=True)
    reason = f"its reader has failed ({type(error).__name__}); nothing of it was kept"
    return Refusal(source, "failed", reason, whole=True)
