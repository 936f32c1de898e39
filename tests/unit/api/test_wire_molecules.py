"""Rows of molecules: read while they are written, gone on with where a run was cut off."""

from __future__ import annotations

from medapp.api.wire_molecules import RowWriter, read_rows
from medapp.domain.molecule import Alert, Metabolite, MoleculeRow, Property, Site

WHOLE = MoleculeRow(
    1, "OCC", "ethanol", "CCO", "", ("a salt was taken off",),
    (Property("logp", -0.31), Property("half-life", 3.2, "h", 1.0, 8.0, predicted=True, note="limited")),
    (Site(0, "2E1", 0.8, 1),), (Metabolite("CC=O", "CCO", 0.7, "ADH", "alcohol oxidation", 1, (1, 2)),),
    (Alert("ames", "Mutagenic", 0.1, "CC=O", ((0, 0.4), (1, -0.2)), 0.55),), ("CCCO", 0.6),
)  # fmt: skip
REFUSED = MoleculeRow(2, "C1CC", refused="the ring is not closed")


def test_rows_come_back_as_they_were(tmp_path):
    path = tmp_path / "rows"
    with RowWriter(path) as rows:
        rows.write(WHOLE)
        rows.flush()
        assert list(read_rows(path)) == [WHOLE]
        rows.write(REFUSED)
    assert list(read_rows(path)) == [WHOLE, REFUSED]
    assert list(read_rows(path, first=1)) == [REFUSED]


def test_a_run_that_was_cut_off_is_gone_on_with(tmp_path):
    path = tmp_path / "rows"
    with RowWriter(path) as rows:
        rows.write(WHOLE)
    with path.open("ab") as file:
        file.write(b'{"number":2,"gi')
    assert list(read_rows(path)) == [WHOLE]
    with RowWriter(path) as rows:
        assert rows.done == 1
        rows.write(REFUSED)
    assert list(read_rows(path)) == [WHOLE, REFUSED]
