"""What only looks like part of a record is refused with what is wrong and where; any other text is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from medapp.formats.errors import UnreadableError
from medapp.formats.recognise import recognise, recognise_or_refuse
from medapp.formats.unrecognised import why

ODD = {
    "blank": (b" \n" * 10, "empty", "nothing but blanks"),
    "long blank": (b" " * (1 << 16), "malformed", "bytes 0 to 65535"),
    "utf-16": ('{"resourceType": "Patient"}'.encode("utf-16"), "encoding", "byte 0"),
    "deep": (b'{"a":\n' + b"[" * 500, "malformed", "line 2"),
    "no json": (b'{"a": 1,\n"b" 2}', "malformed", "line 2, column 5"),
    "other json": (b'{"name": "x"}', "unknown-kind", "line 1"),
    "entity": (b'<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY b "c">]><a/>', "entity", "line 2"),
    "deep xml": (b"<a>\n" * 400, "too-large", "line 251"),
    "other xml": (b"<note>x</note>", "unknown-kind", "line 1"),
    "no delimiters": (b"MSH|||||\rPID|1", "malformed", "MSH[1]"),
    "no header": (b"PID|1||7\rOBX|1", "malformed", "line 1"),
    "vcf": (b"#CHROM\tPOS\tID\tREF\tALT\n1\t1\t.\tA\tC\n", "malformed", "line 1"),
    "only names": (b"patient_id,date,value\n", "empty", "line 1"),
    "uneven": (b"patient_id,date,value\n1,2020-01-01,3\n1,2\n1\n", "malformed", "line 3: 2 cells"),
    "named twice": (b"id,id,value\n1,1,2\n2,2,3\n", "malformed", "column 2"),
    "no text": (b"id,date,value\n1,2020-01-01,3\n\x01\x02\n\x03\n", "malformed", "line 3"),
    "no names": (b"=1+1,patient,x\n1,2,3\n2,3,4\n", "malformed", "line 1"),
    "one line": (b"a," * (1 << 15), "too-large", "line 1"),
}
OTHER = (
    b"nothing of interest",
    b"Dear Jane,\nthank you for the letter, it was kind,\nand best regards,\nJohn\n",
    b"<!DOCTYPE html>\n<html><body>a page</body></html>",
    b"[project]\nname = 'x'\n",
    b"import os, sys, json\nfrom a import b, c\n",
    b"\x89PNG\r\n\x1a\n\0\0\0",
)


@pytest.mark.parametrize("kind", ODD)
def test_what_looks_like_a_record_is_refused_with_its_place(tmp_path: Path, kind: str) -> None:
    data, code, place = ODD[kind]
    found = why(data)
    assert found is not None
    assert found.code == code
    assert place in found.reason
    path = tmp_path / "file"
    path.write_bytes(data)
    assert recognise(path) is None
    with pytest.raises(UnreadableError):
        recognise_or_refuse(path)


@pytest.mark.parametrize("data", OTHER)
def test_any_other_text_is_none(data: bytes) -> None:
    assert why(data) is None
