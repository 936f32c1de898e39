"""Features as files: a table, padded sequences, what each column means, and the folder to apply again."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from medapp.knowledge.features.sequences import sequence_columns
from medapp.services.features import NOTICE
from medapp.services.quality_rules import write_whole
from medapp.services.relative_times import is_beside_event, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from medapp.knowledge.features import Column
    from medapp.services.features import Features

TABLE: Final = "features.csv"
SEQUENCES: Final = "sequences.npz"
COLUMNS: Final = "columns.json"
DOCUMENT: Final = "columns.md"
FOLDER: Final = "features"
FILES: Final = (TABLE, SEQUENCES, COLUMNS, DOCUMENT, FOLDER)
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that starts so for a formula."""
_STATISTICS: Final = {
    "first": "the first value in the window",
    "last": "the last value in the window",
    "min": "the smallest value in the window",
    "max": "the largest value in the window",
    "mean": "the mean of the values in the window",
    "count": "number of values in the window",
    "slope": "change a day, by least squares over the window; empty for a single moment",
    "since": "hours from the last value in the window to the index time",
    "measured": "1 where there is any value in the window, else 0",
    "value": "the value, of which no time is known",
    "codes": "how often the code is stated in the longest window",
    "embedding": "mean of the vectors of a patient's codes up to the index time",
    "flagged": "number of values in the longest window that were kept although this was found of them",
    "missing": "1 where the column of this name had no value before a rule filled it, else 0",
}


def already_there(out: Path) -> list[Path]:
    """Files of features that lie in a folder already."""
    return [out / name for name in FILES if (out / name).exists()]


def write_features(made: Features, out: Path) -> str:
    """Write everything into a folder; each file whole or not at all, the folder of the pipeline last.

    Returns:
        The sha256 of the pipeline, to be kept beside a model that is fitted on these features.

    Raises:
        OSError: Where something cannot be written.
    """
    import json
    from dataclasses import asdict

    from medapp.knowledge.features import write_folder

    out.mkdir(parents=True, exist_ok=True)
    columns = json.dumps([asdict(one) for one in made.pipeline.columns], ensure_ascii=False, indent=1)
    write_whole(out / TABLE, _table(made))
    write_whole(out / SEQUENCES, _arrays(made))
    write_whole(out / COLUMNS, (columns + "\n").encode())
    write_whole(out / DOCUMENT, "".join(f"{line}\n" for line in _document(made)).encode())
    return write_folder(made.pipeline, out / FOLDER)


def _table(made: Features) -> bytes:
    """A row a patient: name, index time, then the columns; numbers as exact as they are, nothing for none."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["subject", "index_time", *map(_cell, made.frame.columns)])
    for name, row in zip(made.frame.index, made.frame.to_numpy(), strict=True):
        numbers = ("" if value != value else repr(float(value)) for value in row)  # noqa: PLR0124  NaN
        writer.writerow([_cell(name), _time(made.index[name]), *numbers])
    return text.getvalue().encode()


def _arrays(made: Features) -> bytes:
    import numpy as np

    found = made.sequences
    columns = sequence_columns(made.pipeline.plan)
    stream = io.BytesIO()
    np.savez_compressed(
        stream,
        values=found.values,
        mask=found.mask,
        delta=found.delta,
        times=found.times,
        lengths=found.lengths,
        subjects=np.array(found.subjects, dtype=np.str_),
        columns=np.array([one.name for one in columns], dtype=np.str_),
        titles=np.array([one.title for one in columns], dtype=np.str_),
        units=np.array([one.unit for one in columns], dtype=np.str_),
        sources=np.array([one.source for one in columns], dtype=np.str_),
    )
    return stream.getvalue()


def _document(made: Features) -> Iterator[str]:
    yield "# Features, column by column"
    yield ""
    yield f"{NOTICE} Made by medapp; the folder `{FOLDER}` applies the same to other patients."
    yield ""
    yield f"`{TABLE}` has a row a patient. `subject` names the patient, `index_time` is the moment (UTC) that"
    yield "all windows end at: nothing after it is looked at. `event+3d` is three days after the event that a"
    yield "table counts its times from. An empty cell is a value that is not known."
    yield ""
    yield from _columns(made.pipeline.columns)
    yield ""
    yield f"## `{SEQUENCES}`"
    yield ""
    yield "Patients (`subjects`) by steps by variables, padded at the end. A step is a moment with a value."
    yield ""
    yield "| array | what | unit |"
    yield "|---|---|---|"
    yield "| `values` | patients × steps × variables; 0 where `mask` is 0 | that of the variable |"
    yield "| `mask` | the same shape; 1 where there is a value | 1 |"
    yield "| `delta` | the same shape; since the variable was last seen, 0 in the first step | h |"
    yield "| `times` | patients × steps; from the step to the index time | h |"
    yield "| `lengths` | steps of each patient; what is beyond is padding | 1 |"
    yield "| `columns`, `titles`, `units`, `sources` | of the variables, as below | |"
    yield ""
    yield from _columns(sequence_columns(made.pipeline.plan), is_sequence=True)


def _columns(columns: Iterable[Column], *, is_sequence: bool = False) -> Iterator[str]:
    yield "| column | what | unit | source | statistic | window |"
    yield "|---|---|---|---|---|---|"
    for one in columns:
        said = "every value" if is_sequence else _STATISTICS[one.statistic]
        cells = (_code(one.name), _plain(one.title), _unit(one.unit), _plain(one.source), said)
        yield f"| {' | '.join(cells)} | {_window(one, is_sequence=is_sequence)} |"


def _unit(unit: str) -> str:
    return {"": "not known", "1": "1 (a number)"}.get(unit) or _plain(unit)


def _window(one: Column, *, is_sequence: bool) -> str:
    if one.window_days:
        return f"{one.window_days:g} days before the index time"
    if one.statistic == "value" and not is_sequence:
        return "no time"
    return "all before the index time"


def _plain(text: str) -> str:
    """Text of a source as one cell of a table in Markdown."""
    shown = " ".join(text.split())
    for sign in "\\`|<>*_[]":
        shown = shown.replace(sign, f"\\{sign}")
    return shown


def _code(name: str) -> str:
    """A name as it is written, inside of a cell."""
    return "`" + " ".join(name.split()).replace("`", "'").replace("|", "\\|") + "`"


def _time(moment: datetime | None) -> str:
    """Empty where none is known; in days from the event where a table counts so."""
    if moment is None:
        return ""
    return words(moment) if is_beside_event(moment) else moment.isoformat(timespec="seconds")


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(_DANGEROUS) else value
