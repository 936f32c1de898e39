"""Broken and malicious images are refused or flagged; none crashes, hangs or swallows the memory."""

from __future__ import annotations

import functools
import shutil
from pathlib import Path

import pytest

from tests.hostile.__main__ import run
from tests.hostile.cases import Case, cases, unpack, verdict

PARTS = 12


@pytest.fixture(scope="session")
def hostile_cases(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    archive = shared_data / "hostile" / "hostile.tar.zst"
    if not archive.is_file():
        pytest.skip("no archive of hostile files")
    if shutil.which("zstd") is None:
        pytest.skip("zstd is not installed")
    return cases(unpack(archive, tmp_path_factory.mktemp("hostile")))


@pytest.mark.parametrize("part", range(PARTS))
def test_every_case_is_met(hostile_cases: list[Case], part: int):
    outcomes = run(hostile_cases[part::PARTS], tell=False)
    wrong = {name: outcome.wrong for name, outcome in outcomes.items() if outcome.wrong}
    assert wrong == {}


SERIES = {"kind": "volume", "instances": 3, "notices": [], "failed": 0, "shape": [3, 4, 4], "finite": True}
REFUSED = {"path": "x", "code": "truncated", "reason": "it ends early"}
case = functools.partial(Case, "name", "family", paths=("x",))


@pytest.mark.parametrize(
    ("expect", "answer", "passes"),
    [
        ("safe", {"rejected": [], "series": [SERIES]}, True),
        ("safe", {"escaped": "Traceback\nValueError: no"}, False),
        ("safe", {"rejected": [], "series": [{**SERIES, "finite": False}]}, False),
        ("reject", {"rejected": [], "series": [SERIES]}, False),
        ("reject", {"rejected": [REFUSED], "series": []}, True),
        ("flag", {"rejected": [], "series": [SERIES]}, False),
        ("flag", {"rejected": [], "series": [{**SERIES, "notices": ["gantry-tilt"]}]}, True),
        ("correct", {"rejected": [], "series": [SERIES, SERIES]}, False),
        ("correct", {"rejected": [], "series": [SERIES]}, True),
    ],
)
def test_the_judge_is_strict(expect: str, answer: dict, passes: bool):
    assert (verdict(case(expect=expect), answer) == "") is passes
