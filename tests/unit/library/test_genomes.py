"""What is kept of a genome beside its calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.genome import Diplotype, GeneCall, Genotype, Variant, VariantFile
from medapp.domain.record import HumanName, Person, Source
from medapp.library import Library
from medapp.library.keys import RECORD_ONLY
from medapp.library.record.genomes import GenomeEntry, GenomeLines
from medapp.services.patient_record import banner_facts, record_of

if TYPE_CHECKING:
    from pathlib import Path

FILE = VariantFile(Source("g.vcf", "vcf", "line 1"), "4.2", "GRCh38", ("S1", "S2"))
VARIANT = Variant(
    "chr1", 97515787, ("rs3918290",), "C", ("T",), None, (),
    (Genotype((0, 1), phased=True, depth=30, phase_sets=(None, "a")),), (("DP", "30"),), 7,
)  # fmt: skip


def test_variants_come_back_and_are_replaced(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        person = Person("p", Source("a", "vcf"), names=(HumanName("Doe", ("Jane",)),))
        (key,) = library.records.put("a", "vcf", [person]).persons
        path = tmp_path / "g.vcf"
        with_lines = GenomeEntry(path, "S2", "GRCh38", (), GenomeLines(FILE, (VARIANT,)))
        library.records.put_genome(key, with_lines)
        assert library.records.genomes(key) == (with_lines,)
        assert record_of(library, RECORD_ONLY + key).lines == with_lines.lines
        library.records.put_genome(key, GenomeEntry(path, "S2", "GRCh38", ()))
        (found,) = library.records.genomes(key)
        assert found.lines is None


def test_an_allele_that_guidelines_warn_of_is_an_alert(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        person = Person("p", Source("a", "vcf"), names=(HumanName("Doe", ("Jane",)),))
        (key,) = library.records.put("a", "vcf", [person]).persons
        for phenotype, alerts in (
            ("*15:02 negative; *57:01 positive; *58:01 negative", ("HLA-B*57:01 positive",)),
            ("*15:02 negative; *57:01 negative", ()),
            ("", ()),
        ):
            call = GeneCall("HLA-B", "outside", (Diplotype((), phenotype),))
            library.records.put_genome(key, GenomeEntry(tmp_path / "g.vcf", "S1", "GRCh38", (call,)))
            assert banner_facts(library, RECORD_ONLY + key).alerts == alerts
