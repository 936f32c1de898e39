"""`medapp record` says what the window shows: images and genes beside the record."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from medapp.cli.ending import Problem
from medapp.cli.records import Wish, record
from medapp.domain.genome import Diplotype, GeneCall, Haplotype
from medapp.domain.patient import Instance, Patient, Series, Study
from medapp.domain.record import Concept, Entry, HumanName, Identifier, Person, Source
from medapp.domain.record import Problem as Illness
from medapp.library.record.genomes import GenomeEntry
from medapp.library.writing import put_series
from medapp.services.app import App

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = Source("a.json", "fhir")
CALLS = (
    GeneCall("CYP2C19", "called", (Diplotype((Haplotype("*2"), Haplotype("*2")), "Poor Metabolizer"),)),
    GeneCall("CYP2D6", "no-call"),
)


@pytest.fixture
def home(medapp_home: Path, tmp_path: Path) -> Path:
    """Jane with record, CT and genome; somebody with images only."""
    jane, nobody = Patient("CT-1", "Doe^Jane", "19600101", "F", ""), Patient("CT-2", "Roe^Jo", "", "", "")
    series = [
        Series(f"k{one.id}", f"1.9.{one.id}", Study(f"1.8.{one.id}", one, "20200203", description="Chest"),
               "CT", "volume", (Instance(tmp_path / f"{one.id}.dcm"),))
        for one in (jane, nobody)
    ]  # fmt: skip
    with App.open() as app:
        library = app.library
        with library._engine.begin() as connection:
            put_series(connection, series)
        person = Person("p", SOURCE, (Identifier("MR-1", "h", "MR"),), (HumanName("Doe", ("Jane",)),))
        illness = Entry("e", "p", SOURCE, Illness(Concept(text="Gout")))
        (key,) = library.records.put("a", "fhir", [person, illness]).persons
        patient = next(one.key for one in library.patients() if one.id == "CT-1")
        library.records.answer_match(key, patient, same=True)
        library.records.put_genome(key, GenomeEntry(tmp_path / "jane.vcf", "S1", "GRCh38", CALLS))
    return medapp_home


@pytest.mark.parametrize("number", ["MR-1", "CT-1", "Doe, Jane"])
def test_record_images_and_genes_are_one(
    home: Path, number: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert home.is_dir()
    record(Wish(number, as_json=True))
    found = json.loads(capsysbinary.readouterr().out)
    assert sorted(one["kind"] for one in found["entries"]) == ["Problem", "StudyReference"]
    assert [(one["gene"], one["phenotype"]) for one in found["genes"]] == [
        ("CYP2C19", "Poor Metabolizer"),
        ("CYP2D6", "unknown, which is not normal"),
    ]
    record(Wish(number))
    told = capsysbinary.readouterr().out.decode()
    assert "2020-02-03\tStudyReference\tChest\tCT" in told
    assert "Gene\tCYP2C19\t*2/*2: Poor Metabolizer\tcalled\tjane.vcf" in told


def test_of_images_alone_the_studies_are_told(home: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert home.is_dir()
    record(Wish("CT-2"))
    out, err = capsysbinary.readouterr()
    assert "2020-02-03\tStudyReference\tChest\tCT" in out.decode()
    assert b"Roe, Jo, number CT-2" in err
    with pytest.raises(Problem, match="no record of 'CT-3'"):
        record(Wish("CT-3"))
