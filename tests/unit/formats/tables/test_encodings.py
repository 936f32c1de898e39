"""Tables that are not in UTF-8: which encoding makes words of them."""

from __future__ import annotations

import pytest

from medapp.formats.tables import encodings, propose, read
from medapp.formats.tables.delimited import tell
from medapp.formats.tables.encodings import best, is_known, words

TEXT = "patient_id,last_name,Größe (cm),Körpergewicht\n1,Müller,170,80\n2,GÄRTNER,181,95\n3,Núñez,165,70\n"


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "cp850", "mac_roman"])
def test_the_encoding_that_makes_words_is_taken(tmp_path, encoding):
    path = tmp_path / "t.csv"
    path.write_bytes(TEXT.encode(encoding))
    mapping = propose(path)
    assert [column.header for column in mapping.columns][2:] == ["Größe (cm)", "Körpergewicht"]
    assert words(mapping.encoding)
    names = [item.names[0].family for item in read(path, mapping) if hasattr(item, "names")]
    assert names == ["Müller", "GÄRTNER", "Núñez"]


def test_utf8_is_utf8_and_one_line_that_is_not_is_read_by_itself(tmp_path):
    assert tell(TEXT.encode()).encoding == "utf-8"
    assert words("utf-8") == words("utf-8-sig") == ""
    path = tmp_path / "t.csv"
    rows = "".join(f"{number},Meier,{number % 50},7\n" for number in range(9000))
    path.write_bytes((TEXT + rows).encode() + "9001,Jäger,1,1\n".encode("cp850"))
    names = {item.names[0].family for item in read(path, propose(path)) if hasattr(item, "names")}
    assert names == {"Müller", "GÄRTNER", "Núñez", "Meier", "Jäger"}


@pytest.mark.parametrize("name", ["José", "Björk", "François", "Ærø", "MÜLLER", "5 °C", "12 µmol", "10–20"])
def test_one_word_of_windows_is_not_taken_for_another(name):
    assert best(name.encode("cp1252")) == "cp1252"


def test_names_of_encodings():
    assert is_known("cp1250")
    assert is_known("latin-1")
    assert not is_known("")
    assert not is_known("nonsense")
    assert not is_known("base64")
    assert words("cp850") == "DOS code page 850"
    assert words("cp1250") == "CP1250"


def test_what_is_no_text_is_not_searched_for_words(monkeypatch):
    """Every image of a folder is asked whether it is a table."""
    monkeypatch.setattr(encodings, "_score", lambda *_: pytest.fail("looked for words"))
    assert best(bytes(range(256)) * 64) == encodings.CANDIDATES[0]
