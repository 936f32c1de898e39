"""A file of mappings that leaves a question open: what has to be written, and that nothing was taken in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.integration.test_record_cli import medapp

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("medapp_home")


def test_what_is_left_open_is_told_in_the_words_of_the_file(tmp_path: Path) -> None:
    table, answers = tmp_path / "a.csv", tmp_path / "m.json"
    table.write_text("pid,sex,age,crea,seen\n1,1,60,1.2,01/02/2020\n2,2,55,1.0,03/04/2020\n")
    told = medapp("import", table, status=3).stderr
    assert "1 file waits for an answer" in told
    medapp("import", table, "--propose", answers)
    file = json.loads(answers.read_text())
    assert '{"1": "male", "2": "female"}' in file["how"]
    told = medapp("import", table, "--mapping", answers, status=3).stderr
    assert f"{answers} does not answer all of these questions:" in told
    assert 'a.csv, column \'sex\': "words": {"1": "SEX", "2": "SEX"}, SEX being male, female' in told
    assert 'a.csv, column \'seen\': "date": "day-first" or "month-first"' in told

    columns = {one["header"]: one for one in file["tables"][0]["mapping"]["columns"]}
    columns["seen"]["date"] = "day-first"
    answers.write_text(json.dumps(file))
    told = medapp("import", table, "--mapping", answers, status=3).stderr
    assert "column 'sex'" in told
    assert "column 'seen'" not in told

    columns["sex"]["words"] = {"1": "male", "2": "female"}
    answers.write_text(json.dumps(file))
    assert "2 patients" in medapp("import", table, "--mapping", answers).stderr
