"""How a command about molecules ends early: it says what is kept, and leaves nothing empty behind."""

from __future__ import annotations

import pytest

from medapp.cli.ending import CANCELLED, FAILED, Problem
from medapp.cli.molecules import _kept_told


@pytest.mark.parametrize(
    ("lines", "error", "status", "words"),
    [
        (
            2,
            Problem("cancelled", CANCELLED),
            CANCELLED,
            "cancelled; 2 rows are kept in out.csv.1.rows, and the",
        ),
        (
            1,
            KeyboardInterrupt(),
            CANCELLED,
            "cancelled; 1 row is kept in out.csv.1.rows, and the same command",
        ),
        (3, Problem("the disk is full"), FAILED, "the disk is full; 3 rows are kept"),
        (0, KeyboardInterrupt(), CANCELLED, "cancelled; no row was written yet"),
        (0, Problem("holds no row", 3), 3, "holds no row"),
        (None, Problem("cancelled", CANCELLED), CANCELLED, "cancelled; no row was written yet"),
    ],
)
def test_what_is_kept(tmp_path, lines, error, status, words):
    rows = tmp_path / "out.csv.1.rows"
    if lines is not None:
        rows.write_bytes(b"{}\n" * lines)
    with pytest.raises(Problem) as told, _kept_told(rows):
        raise error
    assert str(told.value).startswith(words)
    assert told.value.status == status
    assert rows.exists() is bool(lines)
