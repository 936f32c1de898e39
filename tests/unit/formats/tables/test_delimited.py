from __future__ import annotations

import io
import random

import pytest

from medapp.formats.tables import delimited
from medapp.formats.tables.delimited import BadRow, Row, records, tell

TEXT = "id;name;wert\n1;Müller;1,5\n2;Weiß;2,5\n"


def rows(data: bytes) -> list[Row | BadRow]:
    return list(records(io.BytesIO(data), tell(data)))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_every_encoding_is_told_by_content(encoding):
    found = rows(TEXT.encode(encoding))
    assert [row.cells for row in found] == [
        ["id", "name", "wert"], ["1", "Müller", "1,5"], ["2", "Weiß", "2,5"],
    ]  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_delimiter_is_told_by_content(delimiter):
    lines = [["a", "b c", "d"], ["1", "x,y;z|w", "2"], ["3", 'q"q', "4"]]
    quoted = (['"' + cell.replace('"', '""') + '"' for cell in line] for line in lines)
    data = "\n".join(delimiter.join(line) for line in quoted).encode()
    assert tell(data).delimiter == delimiter
    assert [row.cells for row in rows(data)] == lines


def test_windows_text_in_a_file_that_began_as_utf8_is_read_line_by_line():
    data = ("a,b\n" + "1,2\n" * 30_000).encode() + "3,Müller\n".encode("latin-1") + "4,Weiß\n".encode()
    assert [row.cells[1] for row in rows(data)[-2:]] == ["Müller", "Weiß"]


def test_quoted_lines_stay_in_their_cell_and_rows_know_their_line():
    found = rows(b'a,b\n"1\n2",3\r\n\r\n4,5\n')
    assert [(row.line, row.cells) for row in found] == [
        (1, ["a", "b"]), (2, ["1\n2", "3"]), (5, ["4", "5"]),
    ]  # fmt: skip


def test_bad_rows_are_named_and_the_rest_is_read(monkeypatch):
    monkeypatch.setattr(delimited, "MOST_LINE", 2000)
    data = b"a,b\n1,2\n3,\x004\n" + b"x" * 5000 + b",y\n5,6\n"
    found = rows(data)
    assert [row.line for row in found if isinstance(row, BadRow)] == [3, 4]
    assert [row.code for row in found if isinstance(row, BadRow)] == ["malformed", "too-large"]
    assert found[-1].cells == ["5", "6"]


def test_a_quote_that_is_never_closed_does_not_take_all_memory():
    data = b'a,b\n1,"2\n' + b"3,4\n" * 400_000
    found = rows(data)
    bad = [row for row in found if isinstance(row, BadRow)]
    assert (bad[0].line, bad[0].code) == (2, "too-large")
    assert found[-1].cells == ["3", "4"]


def test_odd_bytes_raise_nothing():
    chance = random.Random(7)
    for _ in range(200):
        data = chance.randbytes(chance.randrange(400))
        assert isinstance(rows(data), list)
    assert rows(b"") == []
    assert rows(b"\xff\xfe\x00") == [BadRow(1, "encoding", "the text is not utf-16")]
