"""Broken and malicious images are refused or flagged; none crashes, hangs or swallows the memory."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.__main__ import summary
from tests.hostile.cases import BASELINE, Case, cases, unpack
from tests.hostile.verdict import became, verdict
from tests.hostile.watch import Outcome, run

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
    sound = [case for case in hostile_cases if case.family == BASELINE]
    rest = [case for case in hostile_cases if case.family != BASELINE]
    outcomes = run([*sound, *rest[part::PARTS]], tell=False)
    wrong = {name: outcome.wrong for name, outcome in outcomes.items() if outcome.wrong}
    assert wrong == {}


SHOWN: dict[str, Any] = {
    "kind": "volume",
    "instances": 3,
    "notices": [],
    "failed": [],
    "shape": [3, 4, 4],
    "finite": True,
    "unit": "HU",
    "spacing": True,
    "stackable": True,
    "positions": [0.0, 1.0, 2.0],
    "texts": {"PatientName": "=1+1"},
    "wrong": [],
}
REJECTED = {"path": "x", "code": "truncated", "reason": "it ends early"}


def answer(*series: dict[str, Any], rejected: tuple[dict[str, str], ...] = (), **more: Any) -> dict[str, Any]:
    return {"rejected": list(rejected), "series": list(series), "outside": [], **more}


def case(expect: str, family: str = "family", note: str = "") -> Case:
    return Case("t1_text/PatientName_0.dcm", family, expect, ("x",), note)


@pytest.mark.parametrize(
    ("given", "told", "passes"),
    [
        (case("safe"), answer(SHOWN), True),
        (case("safe"), answer(), False),
        (case("safe"), answer(escaped="Traceback\nValueError: no"), False),
        (case("safe"), answer({**SHOWN, "finite": False}), False),
        (case("safe"), answer({**SHOWN, "wrong": ["HU for the modality MR"]}), False),
        (case("safe"), answer(rejected=({**REJECTED, "reason": ""},)), False),
        (case("no-escape"), {**answer(SHOWN), "outside": ["/tmp/evil"]}, False),
        (case("reject"), answer(SHOWN), False),
        (case("reject"), answer({**SHOWN, "notices": ["lossy"]}), False),
        (case("reject"), answer({**SHOWN, "failed": ["a", "b"]}), False),
        (case("reject"), answer({**SHOWN, "failed": ["a", "b", "c"]}), True),
        (case("reject"), answer({**SHOWN, "kind": "structures"}), False),
        (case("reject"), answer(rejected=(REJECTED,)), True),
        (case("flag"), answer(SHOWN), False),
        (case("flag"), answer({**SHOWN, "notices": ["gantry-tilt"]}), True),
        (case("flag"), answer({**SHOWN, "notices": ["usual"]}), False),
        (case("flag", "s7_spacing"), answer({**SHOWN, "notices": ["lossy"]}), False),
        (case("flag", "s6_rescale", "no HU"), answer({**SHOWN, "notices": ["rescale-invalid"]}), False),
        (
            case("flag", "s7_orient", "no 3D, no mm"),
            answer({**SHOWN, "stackable": False, "notices": ["orientation-unknown"]}),
            False,
        ),
        (case("literal", note="'=1+1'"), answer(SHOWN), True),
        (case("literal", note="'=1+2'"), answer(SHOWN), False),
        (case("correct"), answer(SHOWN, SHOWN), False),
        (case("correct"), answer({**SHOWN, "positions": [2.0, 1.0, 0.0]}), False),
        (case("correct"), answer(SHOWN), True),
    ],
)
def test_the_judge_is_strict(given: Case, told: dict[str, Any], passes: bool):
    assert (verdict(given, told, frozenset(("usual",))) == "") is passes


def test_what_became_of_a_case():
    assert became(answer(rejected=(REJECTED,))) == "refused"
    assert became(answer({**SHOWN, "notices": ["lossy"]})) == "flagged"
    assert became(answer({**SHOWN, "notices": ["lossy"]}), frozenset(("lossy",))) == "accepted"


def test_the_summary_counts_what_was_missed():
    outcomes = {
        "t1_text/PatientName_0.dcm": Outcome("taken in", "accepted", 1.0, 0.5, 10**9, answer(SHOWN)),
    }
    table = summary([case("reject")], outcomes)
    assert table[1].split() == ["family", "1", "1", "0", "0", "1", "0", "1"]
    assert "reject 0 of 1" in "\n".join(table)
