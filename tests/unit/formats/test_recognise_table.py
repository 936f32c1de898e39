"""A table is told from other texts that hold commas."""

from __future__ import annotations

from pathlib import Path

import pytest

from medapp.formats.recognise import kind_of

TABLES = (
    "patient_id,date,creatinine\n1,2020-01-05,1.2\n2,2020-02-06,NA\n",
    "Patient;Datum;Kreatinin\n1;05.01.2020;1,2\n",
    "id\tsex\tage\tbmi\n1\tF\t60\t22.1\n2\tM\t61\t23.4\n",
    ",age,outcome\n0,50,1\n1,60,0\n",
    "Name,Finding,Note\nDoe,mass,left\nRoe,none,right\nPoe,cyst,left\n",
    "\ufeffId,START,STOP,PATIENT,CODE\na,2020-01-01,2020-01-02,b,1\n",
)
OTHERS = (
    "nothing of interest",
    "Dear Jane,\nthank you for the letter, it was kind,\nand best regards,\nJohn\n",
    "# Title\n\nSome words, and more words, of a README.\nAnd others, again, and again.\n",
    "2020-01-01 10:00:00,123 INFO started\n2020-01-01 10:00:01,321 INFO ended\n",
    "INFO,2020-01-01,started\nINFO,2020-01-02,stopped\nWARN,2020-01-02,late\n",
    "import os, sys\nimport json, csv\nfrom a import b, c\n",
    "int a[] = {1, 2, 3};\nint b[] = {4, 5, 6};\n",
    "medapp/a.py,sha256=abcdef,120\nmedapp/b.py,sha256=aaaaaa,12\n",
    "a,b,c\n",
    "key = 1, 2\nother = 3, 4\n",
    "",
)


@pytest.mark.parametrize("text", TABLES)
def test_tables_are_known(text: str) -> None:
    assert kind_of(text.encode()) == "table"


@pytest.mark.parametrize("text", OTHERS)
def test_other_texts_are_none(text: str) -> None:
    assert kind_of(text.encode()) is None


def test_the_texts_of_this_repository_are_none() -> None:
    root = Path(__file__).resolve().parents[3]
    names = ("README.md", "LICENSE", "pyproject.toml", "Makefile", "CONTRIBUTING.md", "constraints.txt")
    files = [root / name for name in names] + sorted((root / "medapp").rglob("*.py"))
    assert [path.name for path in files if kind_of(path.read_bytes()[: 1 << 16])] == []


def test_omop_is_asked_first() -> None:
    assert kind_of(b"person_id,gender_concept_id,year_of_birth\n1,8507,1960\n") == "omop"
