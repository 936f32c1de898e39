"""Tables of a folder of training data, read with a reason where they cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.api import TaskRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import pandas as pd

_ENDINGS: Final = (".csv", ".csv.gz")
_SHOWN: Final = 6


def find(folder: Path, stem: str) -> Path | None:
    """The table of a name in a folder, else in one of the folders in it; None where there is none."""
    for place in (folder, *sorted(one for one in folder.iterdir() if one.is_dir())):
        for ending in _ENDINGS:
            if (place / f"{stem}{ending}").is_file():
                return place / f"{stem}{ending}"
    return None


def tables_in(folder: Path) -> list[Path]:
    """All tables of a folder and of the folders in it, in order of name."""
    places = (folder, *sorted(one for one in folder.iterdir() if one.is_dir()))
    return [
        path
        for place in places
        for path in sorted(place.iterdir())
        if path.is_file() and path.name.endswith(_ENDINGS)
    ]


def header(path: Path) -> tuple[str, ...]:
    """Names of a table's columns; empty where it is none."""
    import pandas as pd

    try:
        return tuple(map(str, pd.read_csv(path, nrows=0).columns))
    except (ValueError, OSError, EOFError):
        return ()


def read(path: Path, numbers: Sequence[str], words: Sequence[str] = ()) -> pd.DataFrame:
    """Read columns of numbers and of words; others stay out.

    Raises:
        TaskRefused: Where it is no table, or columns are missing or hold words in place of numbers.
    """
    import pandas as pd

    try:
        frame = pd.read_csv(path, low_memory=False)
    except (ValueError, OSError, EOFError) as error:
        message = f"{path.name} is no table that can be read"
        raise TaskRefused(message) from error
    lacking = [name for name in (*numbers, *words) if name not in frame.columns]
    if lacking:
        message = (
            f"{path.name} lacks the column {listed(lacking)}: it needs {listed((*numbers, *words), most=99)}"
        )
        raise TaskRefused(message)
    texts = [name for name in numbers if not pd.api.types.is_numeric_dtype(frame[name])]
    if texts:
        message = f"{path.name} has words in place of numbers in {listed(texts)}"
        raise TaskRefused(message)
    if frame.empty:
        message = f"{path.name} has no rows"
        raise TaskRefused(message)
    return frame[[*numbers, *words]]


def listed(names: Iterable[str], most: int = _SHOWN) -> str:
    """The first of some names, for a sentence."""
    every = list(names)
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more
