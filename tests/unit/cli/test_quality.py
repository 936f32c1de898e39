"""What `medapp quality` prints: denominators, mixed units, encodings, and each place once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.cli.quality import quality

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

LABS = (
    "patient_id,date,test,value,unit\n"
    "1,2020-01-02,Glucose,95,mg/dL\n"
    "1,2020-01-09,Glucose,5.2,mmol/L\n"
    "2,2020-01-02,Glucose,110,mg/dL\n"
    "2,2020-01-02,Sodium,140,mmol/L\n"
    "3,2020-01-02,Sodium,141\n"
)


def test_of_how_many_something_lacks_and_in_which_units(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "labs.csv").write_text(LABS)
    (tmp_path / "wide.csv").write_bytes("patient_id,Größe\n1,170\n2,\n3,181\n4,165\n".encode("cp850"))
    quality([tmp_path], as_json=False)
    printed = capsys.readouterr()
    rows = {line.split()[0]: " ".join(line.split()) for line in printed.out.splitlines() if line.strip()}
    assert rows["Glucose"].startswith("Glucose mixed: mg/dL (2), mmol/L (1) 3 0 of 2 patients (0.0%)")
    assert rows["Glucose"].endswith("102.5 mg/dL")
    assert rows["Sodium"].startswith("Sodium mmol/L 1 1 of 2 patients (50.0%)")
    assert rows["Größe"].startswith("Größe not stated 3 1 of 4 rows (25.0%)")
    assert "\ufffd" not in printed.out
    assert "wide.csv is not in UTF-8 and was read as DOS code page 850" in printed.err
    assert "left out of labs.csv: line 6: 4 cells where the header has 5" in printed.err
