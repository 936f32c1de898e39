"""Real HL7 v2 messages: all are recognised and read, and the keys agree with the expected FHIR."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter

import pytest

from medapp.domain.record import Entry, Person, Refusal
from medapp.formats.hl7v2 import looks_like, read


@pytest.fixture
def messages(shared_data):
    found = sorted((shared_data / "ehr" / "hl7v2" / "messages").glob("*.hl7"))
    if not found:
        pytest.skip("no HL7 v2 messages among the real data")
    return found


def test_every_message_is_recognised_and_read(messages):
    for path in messages:
        assert looks_like(path.read_bytes()[: 1 << 16]), path.name
        items = list(read(path, path.name))
        assert any(isinstance(item, Person) for item in items), path.name
        codes = {item.code for item in items if isinstance(item, Refusal)}
        assert codes <= {"unsupported", "invalid", "unread"}, path.name
        ids = [item.id for item in items if isinstance(item, Entry)]
        assert len(ids) == len(set(ids)), path.name


def test_reading_again_gives_the_same(messages):
    for path in messages:
        assert list(read(path, "x")) == list(read(path, "x"))


def test_keys_agree_with_the_expected_fhir(messages):
    from tests.bench.bench_hl7_ccda import JUDGED, compared

    stated, common = Counter(), Counter()
    for name, _, expected, faults, found in compared():
        if name != "hl7v2":
            continue
        for fact, count in expected.items():
            same = min(count, found[fact])
            common[fact[0]] += same
            stated[fact[0]] += max(same, count - faults[fact])
    for kind in JUDGED:
        assert common[kind] >= 0.95 * stated[kind], kind


def test_hostile_escapes_stay_literal(shared_data, tmp_path):
    packed = shared_data / "hostile" / "hostile.tar.zst"
    if not packed.is_file() or not shutil.which("tar") or not shutil.which("zstd"):
        pytest.skip("no hostile inputs among the real data, or nothing to unpack them with")
    member = "fuzz/generated/e3_hl7/esc.hl7"
    subprocess.run(["tar", "-xf", packed, "-C", tmp_path, member], check=True)
    (person,) = read(tmp_path / member, "esc.hl7")
    assert person.names[0].family == "Doe\\.br\\\\X0D\\\\X00\\"
