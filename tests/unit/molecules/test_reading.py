"""Rows of files of molecules, and what becomes of each."""

from __future__ import annotations

import gzip
import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from medapp.api import MoleculesRequest, TaskRefused
from medapp.api.testing import TrialContext
from medapp.api.wire_molecules import read_rows
from medapp_molecules.notation import standard
from medapp_molecules.notation.apart import Apart
from medapp_molecules.notation.following import follow
from medapp_molecules.notation.reading import LONGEST_LINE, Given, read

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from medapp.domain.molecule import MoleculeRow

ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"


def molfile(name: str, extra: str = "") -> str:
    """Ethanol."""
    atoms = "".join(f"    {x}.0000    0.0000    0.0000 {symbol}   0  0\n" for x, symbol in enumerate("CCO"))
    bonds = "  1  2  1  0\n  2  3  1  0\n"
    return f"{name}\n\n\n  3  2  0  0  0  0  0  0  0  0999 V2000\n{atoms}{bonds}{extra}M  END\n"


def texts(path: Path, first: int = 0) -> list[tuple[int, str, str, bool]]:
    return [(one.number, one.text, one.name, bool(one.refused)) for one in read(path, first=first)]


def test_smiles_with_and_without_names_header_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.smi"
    path.write_bytes(b"\xef\xbb\xbfsmiles name\r\nCCO ethanol 96 %\r\n\r\nc1ccccc1\r\n")
    assert texts(path) == [(1, "CCO", "ethanol 96 %", False), (2, "c1ccccc1", "", False)]


def test_a_table_is_told_by_its_header_and_read_on_after_a_bad_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('Name,SMILES,x\n"a, b",CCO,1\nshort\n\nc,CC,2\n')
    assert texts(path) == [(1, "CCO", "a, b", False), (2, "", "short", True), (3, "CC", "c", False)]


def test_other_columns_of_a_table_are_kept_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        'ID,SMILES,activity,,activity,Name\n X1 ,CCO," 3,5 ",=1+1,b,one\nX2,CC\nX3,C,"two\n\nlines",,,,more\n'
    )
    first, second, third = read(path)
    others = (("ID", " X1 "), ("activity", " 3,5 "), ("column 4", "=1+1"), ("activity 2", "b"))
    assert (first.text, first.name, first.others) == ("CCO", "one", others)
    assert (second.text, second.name, second.others) == ("CC", "", (("ID", "X2"),))
    assert dict(third.others)["activity"] == "two\n\nlines"
    assert third.others[-1] == ("column 7", "more")
    path.write_text("ID\tSMILES\nX1\tCCO\n")
    assert [(one.name, one.others) for one in read(path)] == [("X1", (("ID", "X1"),))]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_wholly_empty_lines_are_skipped_and_what_lacks_smiles_is_refused(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "a.csv"
    rows = ("", "  ", "ID|SMILES|x", "", "1|CCO|a", " ", "||", '""|" "|', "2||b", "   ", "3|CC|", "")
    path.write_text("\r\n".join(rows).replace("|", mark))
    assert texts(path) == [(1, "CCO", "1", False), (2, "", "2", True), (3, "CC", "3", False)]
    refused = list(read(path))[1]
    assert refused.refused == "The row has no SMILES."
    assert refused.others == (("ID", "2"), ("x", "b"))
    smiles = tmp_path / "a.smi"
    smiles.write_text("\n\nCCO 1\n   \n\t\nCC 3\n\n")
    assert texts(smiles) == [(1, "CCO", "1", False), (2, "CC", "3", False)]


def test_a_table_without_smiles_is_refused_with_what_it_should_have(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,weight\na,1\n")
    with pytest.raises(TaskRefused, match="no column of SMILES"):
        list(read(path))


def test_no_text_and_a_torn_archive_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.smi"
    path.write_bytes(b"\0\1\2")
    with pytest.raises(TaskRefused, match="no text"):
        list(read(path))
    path.write_bytes(gzip.compress(b"CCO\n" * 10)[:12])
    with pytest.raises(TaskRefused, match="torn"):
        list(read(path))


def test_an_archive_that_is_torn_later_ends_with_a_row_that_says_so(tmp_path: Path) -> None:
    import random

    draw = random.Random(1)
    whole = "".join(f"{'C' * draw.randint(1, 40)}O {draw.random()}\n" for _ in range(20_000)).encode()
    path = tmp_path / "a.smi.gz"
    packed = gzip.compress(whole)
    path.write_bytes(packed[: len(packed) // 2])
    rows = list(read(path))
    assert 1000 < len(rows) < 20_000
    assert "torn" in rows[-1].refused
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))


def test_records_of_an_sdf(tmp_path: Path) -> None:
    path = tmp_path / "a.sdf.gz"
    path.write_bytes(gzip.compress(f"{molfile('one')}> <X>\n1\n\n$$$$\n{molfile('two')}$$$$\n".encode()))
    rows = list(read(path, first=1))
    assert [(row.number, row.name, row.kind) for row in rows] == [(2, "two", "molfile")]
    assert standard.standardise(rows[0].text, "molfile").smiles == "CCO"


def test_a_line_without_end_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.smi"
    path.write_bytes(b"C" * (3 * LONGEST_LINE) + b"\nCC\n")
    assert [(row.text, bool(row.refused)) for row in read(path)] == [("", True), ("CC", False)]


@pytest.mark.parametrize(
    ("text", "smiles", "note"),
    [
        ("CC(=O)[O-].[Na+]", "CC(=O)O", "salt"),
        ("CC(=O)O[Na]", "CC(=O)O", "salt"),
        ("C[NH2+]C.[Cl-]", "CNC", "salt"),
        ("C[N+](C)(C)C", "C[N+](C)(C)C", ""),
        ("OCC", "CCO", ""),
        ("[2H]C([2H])O", "[2H]C([2H])O", ""),
        ("CC[O]", "CC[O]", "unpaired"),
        ("CCO.CCO", "CCO", "equal parts"),
        # A counter-ion of the same size, or larger and without carbon, tells which part is meant.
        ("CCCN.CC(=O)O", "CCCN", "salt"),
        ("CC(=O)[O-].CCC[NH3+]", "CCCN", "salt"),
        ("CN.OS(=O)(=O)O", "CN", "salt"),
        ("CC[NH3+].F[P-](F)(F)(F)(F)F", "CCN", "salt"),
        ("c1ccccc1C(=O)O.NC(C)Cc1ccccn1.O", "CC(N)Cc1ccccn1", "salt"),
        ("CCCCN.CCO", "CCCCN", "salt or solvent"),
    ],
)
def test_what_is_done_to_a_molecule_is_told(text: str, smiles: str, note: str) -> None:
    found = standard.standardise(text)
    assert (found.smiles, found.refused) == (smiles, "")
    assert note in " ".join(found.notes)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("C(C)(C)(C)(C)C", "atom 1 \\(C\\) has 5 bonds"),
        ("c1cccc1", "aromatic ring"),
        ("hello", "no SMILES"),
        ("C1CC", "no SMILES"),
        ("*CC*", "open ends"),
        ("C" * 2000, "2000 atoms"),
        ("N[Pt](N)(Cl)Cl", "Pt"),
        ("[Na+].[Cl-]", "Na|carbon"),
        ("O", "no carbon"),
        ("CCO>>CC=O", "reaction"),
        ("[H][H]", "besides hydrogen"),
        ("c1ccccc1CCCCCCCC.C1CCCCC1CCCCCCCC", "mixture"),
        ("CCO.CCN", "mixture"),
        ("CCN.CCO", "mixture"),
        ("CCO.CC#N", "mixture"),
        ("CC(=O)O.CS(=O)(=O)O.C(F)(F)(F)C(=O)O.OC(=O)CC(=O)O", "mixture"),
        ("CCO.N[Pt](N)(Cl)Cl", "mixture"),
    ],
)
def test_what_is_no_molecule_is_refused_with_the_reason(text: str, reason: str) -> None:

    found = standard.standardise(text)
    assert not found.smiles
    assert re.search(reason, found.refused)


def test_a_repeating_unit_is_a_polymer() -> None:
    block = molfile("p", "M  STY  1   1 SRU\nM  SAL   1  1   2\nM  SBL   1  2   1   2\nM  SMT   1 n\n")
    assert "polymer" in standard.standardise(block, "molfile").refused


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be held still there")
def test_a_molecule_that_never_ends_is_ended_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    with Apart(limit=60) as apart:
        assert apart.standardise([Given(1, "CCO")])[0].smiles == "CCO"
        # A process that is held still stands for one that is busy with a molecule for ever.
        with monkeypatch.context() as held:
            held.setattr(apart, "_limit", 0.2)
            begin = apart._started

            def still() -> subprocess.Popen[bytes]:
                process = begin()
                os.kill(process.pid, signal.SIGSTOP)
                return process

            held.setattr(apart, "_started", still)
            found = apart.standardise([Given(1, ASPIRIN), Given(2, "", refused="bad")])
        assert "took longer" in found[0].refused
        assert found[1].refused == "bad"
        assert [one.smiles for one in apart.standardise([Given(1, "CCO"), Given(2, "CC")])] == ["CCO", "CC"]


def test_a_run_that_ended_early_is_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "a.smi"
    lines = [f"{'C' * (1 + number)},m{number},{number}.50" for number in range(9)]
    path.write_text("\n".join(("smiles,name,activity", *lines, "bad\n")))
    seen: list[str] = []

    def look(rows: Sequence[MoleculeRow]) -> Sequence[MoleculeRow]:
        seen.extend(row.smiles for row in rows)
        if any(row.smiles == "CCC" for row in rows):
            message = "odd"
            raise ValueError(message)
        return rows

    request = MoleculesRequest("molecules.any", tmp_path / "rows", path)
    from medapp.api.context import JobCancelled

    with pytest.raises(JobCancelled):
        follow(request, TrialContext(tmp_path, cancel_at=2), look, together=2)
    assert [row.number for row in read_rows(request.out)] == [1, 2, 3, 4]
    with request.out.open("ab") as torn:
        torn.write(b'{"half')
    seen.clear()
    result = follow(request, TrialContext(tmp_path), look, together=2)
    rows = list(read_rows(request.out))
    assert [row.number for row in rows] == list(range(1, 11))
    assert "CCCC" not in seen
    assert [row.others for row in rows[:9]] == [(("activity", f"{number}.50"),) for number in range(9)]
    assert "ValueError odd" in rows[2].refused
    assert (result.rows, result.refused) == (10, 2)
    assert "no SMILES" in rows[9].refused
