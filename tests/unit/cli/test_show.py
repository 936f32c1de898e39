"""What is printed: JSON on any output, and no line that steers a terminal."""

from __future__ import annotations

import io
import json
import sys

import pytest

from medapp.cli import show

NAME = "山田^太郎\udcff"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
def test_json_can_be_read_back_from_any_output(monkeypatch, encoding):
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding, errors="strict"))
    show.as_json({"name": NAME})
    sys.stdout.flush()
    assert json.loads(out.getvalue().decode(encoding)) == {"name": NAME}


def test_lines_do_not_steer_the_terminal(capsys):
    show.remark("not read: \x1b]0;owned\x07\u202e.txt")
    show.table(("patient",), [("\x1b[31mDoe\nJohn",)])
    told = capsys.readouterr()
    assert not {"\x1b", "\x07", "\u202e"} & set(told.out + told.err)
    assert "[31mDoe" in told.out


@pytest.mark.parametrize(
    ("seconds", "said"), [(None, ""), (0.2, "0:00 left"), (75.0, "1:15 left"), (3700.0, "1:01:40 left")]
)
def test_time_that_is_left_is_told_where_it_is_known(seconds, said):
    assert show._left(seconds) == said
