"""What two sides of a pair share and contradict each other in, without widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.ui.shell.waiting_model import Side

WHO: Final = 3
"""Name, birth date and sex come first and say who somebody is; the rest may differ."""
_ISSUER: Final = " ("


def differing(sides: Sequence[Side]) -> tuple[str, ...]:
    """Titles of what says who somebody is, where both state it and not the same."""
    return tuple(title for title, mine, theirs in sides[:WHO] if contradict(mine, theirs))


def contradict(mine: str, theirs: str) -> bool:
    """Whether both state something and not the same."""
    return bool(mine and theirs) and mine.casefold() != theirs.casefold()


def shared(mine: str, theirs: str) -> frozenset[str]:
    """Numbers that stand on both sides, whoever issued them; lines are ``number (issuer)``."""
    return _numbers(mine) & _numbers(theirs)


def number_of(line: str) -> str:
    """A number without its issuer."""
    return line.partition(_ISSUER)[0].strip()


def really(differs: Sequence[str]) -> str:
    """Asks once more, with what contradicts."""
    named = ", ".join(differs)
    return tr("They differ in: {differs}. Is it one person all the same?", differs=named)


def _numbers(lines: str) -> frozenset[str]:
    return frozenset(number_of(line) for line in lines.split("\n")) - {""}
