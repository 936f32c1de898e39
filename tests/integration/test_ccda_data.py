"""Real C-CDA documents and examples are read, keys agree with the expected FHIR, hostile XML is refused."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from collections import Counter

import pytest

from medapp.domain.record import Entry, Person, Refusal
from medapp.formats.ccda import looks_like, read


@pytest.fixture
def folder(shared_data):
    found = shared_data / "ehr" / "ccda"
    if not found.is_dir():
        pytest.skip("no C-CDA documents among the real data")
    return found


def test_documents_are_read(folder):
    for path in sorted((folder / "microsoft_samples").glob("*.gz")):
        with gzip.open(path) as file:
            assert looks_like(file.read(1 << 16)), path.name
        items = list(read(path, path.name))
        (person,) = [item for item in items if isinstance(item, Person)]
        entries = [item for item in items if isinstance(item, Entry)]
        assert {entry.subject for entry in entries} <= {person.subject}
        assert len({entry.id for entry in entries}) == len(entries), path.name
        assert {item.code for item in items if isinstance(item, Refusal)} <= {"invalid"}, path.name


def test_examples_are_read_or_say_that_they_hold_nothing(folder):
    examples = sorted((folder / "sdwg_examples").rglob("*.gz"))
    assert examples
    for path in examples:
        items = list(read(path, path.name))
        assert items, path.name
        codes = {item.code for item in items if isinstance(item, Refusal)}
        assert codes <= {"unknown-kind", "no-subject", "invalid"}, path.name


def test_keys_agree_with_the_expected_fhir(folder):
    from tests.bench.bench_hl7_ccda import JUDGED, compared

    stated, common = Counter(), Counter()
    for name, _, expected, faults, found in compared():
        if name == "ccda":
            for fact, count in expected.items():
                same = min(count, found[fact])
                common[fact[0]] += same
                stated[fact[0]] += max(same, count - faults[fact])
    for kind in JUDGED:
        assert common[kind] >= 0.95 * stated[kind], kind


@pytest.mark.parametrize(
    ("name", "code"),
    [("xxe", "entity"), ("billion", "entity"), ("quadratic", "entity"), ("deep", "too-large")],
)
def test_hostile_xml_is_refused(shared_data, tmp_path, name, code):
    packed = shared_data / "hostile" / "hostile.tar.zst"
    if not packed.is_file() or not shutil.which("tar") or not shutil.which("zstd"):
        pytest.skip("no hostile inputs among the real data, or nothing to unpack them with")
    member = f"fuzz/generated/e1_xml/{name}.xml"
    subprocess.run(["tar", "-xf", packed, "-C", tmp_path, member], check=True)
    (refusal,) = read(tmp_path / member, "x.xml")
    assert (refusal.code, refusal.whole) == (code, True)
