"""A folder of features comes back exactly, or is refused with a sentence."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime

import numpy as np
import pytest

from medapp.domain.record import Code, Concept, Entry, Observation, Period, Problem, Quantity, Source, When
from medapp.domain.record.coding import LOINC, SNOMED
from medapp.knowledge.features import FeatureFolderError, fit_pipeline, gather, read_folder, write_folder
from medapp.knowledge.features.folder import COLUMNS, EMBEDDING, MANIFEST, PARTS, PLAN, RULES
from medapp.knowledge.quality import Audit, Rule, fit_records, read_rules

AT = datetime(2020, 6, 30, tzinfo=UTC)
RULES_USED = [
    Rule("outlier", "indicator", why="wörds | \n"),
    Rule("missing", "model"),
    Rule("unit", "convert"),
]


def record(n):
    lab = Observation(
        Concept((Code(LOINC, "2160-0"),), "Crea | tinine"), effective=Period(When("2020-06-20")),
        value=Quantity(40.0 if n % 9 == 0 else 1 / 3 + n / 7, "mg/dL"),
    )  # fmt: skip
    problem = Problem(Concept((Code(SNOMED, str(n % 4)),), "x"), onset=Period(When("2020-05-01")))
    source = Source("f", "fhir", str(n))
    cell = Observation(Concept(text="HR"), value=Quantity(60.0 + n, "/min"))
    found = [Entry(f"l{n}", f"p{n}", source, lab), Entry(f"c{n}", f"p{n}", source, problem)]
    return found if n % 5 == 0 else [*found, Entry(f"h{n}", f"p{n}", source, cell)]


@pytest.fixture(scope="module")
def made():
    items = [item for n in range(40) for item in record(n)]
    audit = Audit()
    for item in items:
        audit.add(item)
    records = fit_records(RULES_USED, audit)
    view = records.apply(items)
    gathered = gather(view.items, marks=view.marks)
    index = dict.fromkeys(gathered.subjects, AT)
    return fit_pipeline(records, gathered, index, windows_days=(30.0, 0.0)), gathered, index


@pytest.fixture
def folder(made, tmp_path):
    write_folder(made[0], tmp_path / "features")
    return tmp_path / "features"


def test_it_comes_back_exactly(made, folder):
    pipeline, gathered, index = made
    again, _sha = read_folder(folder)
    assert again.plan == pipeline.plan
    assert again.records == pipeline.records
    assert again.frame_rules == pipeline.frame_rules
    assert again.columns == pipeline.columns
    assert again.embedding.codes == pipeline.embedding.codes
    np.testing.assert_array_equal(again.embedding.vectors, pipeline.embedding.vectors)
    one, other = (each.frame(gathered, index)[0] for each in (pipeline, again))
    assert one.equals(other)
    assert {path.name for path in folder.iterdir()} == {MANIFEST, *PARTS}


def test_the_same_content_has_the_same_sha256_wherever_it_lies(made, folder, tmp_path):
    sha = write_folder(made[0], tmp_path / "elsewhere" / "other")
    assert read_folder(folder)[1] == sha == read_folder(tmp_path / "elsewhere" / "other")[1]
    for name in PARTS:
        assert (folder / name).read_bytes() == (tmp_path / "elsewhere" / "other" / name).read_bytes()


def test_its_rules_can_be_read_as_rules(folder):
    assert read_rules(folder / RULES).rules == tuple(RULES_USED)


def test_writing_again_replaces_the_whole_and_leaves_nothing_beside(made, folder):
    (folder / "old.txt").write_text("of before")
    write_folder(made[0], folder)
    assert not (folder / "old.txt").exists()
    assert [path.name for path in folder.parent.iterdir()] == ["features"]


def test_where_it_cannot_be_written_what_was_there_stays(made, folder, monkeypatch):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    monkeypatch.setattr(type(folder), "write_bytes", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        write_folder(made[0], folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == ["features"]


@pytest.mark.parametrize("name", PARTS)
def test_a_part_that_was_changed_or_is_missing_is_refused(folder, name):
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[:-2] + b" " + content[-1:])
    with pytest.raises(FeatureFolderError, match=f"{name} is not as it was written"):
        read_folder(folder)
    (folder / name).unlink()
    with pytest.raises(FeatureFolderError, match=f"not whole: there is no {name}"):
        read_folder(folder)


def change(folder, name, changed):
    """Change a part and its sums, as somebody does who means to."""
    import hashlib

    found = json.loads((folder / name).read_text("utf-8"))
    changed(found)
    (folder / name).write_text(json.dumps(found), "utf-8")
    resign(folder, hashlib.sha256)


def resign(folder, sha256):
    manifest = json.loads((folder / MANIFEST).read_text())
    lines = ""
    for name in sorted(PARTS):
        manifest["parts"][name]["sha256"] = sha256((folder / name).read_bytes()).hexdigest()
        lines += f"{manifest['parts'][name]['sha256']}  {name}\n"
    manifest["sha256"] = sha256(f"medapp features 1\n{lines}".encode()).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("name", "changed", "words"),
    [
        (MANIFEST, lambda it: it.update(version=2), "version 2, this program reads 1"),
        (MANIFEST, lambda it: it.update(format="else"), "does not say that it describes features"),
        (PLAN, lambda it: it.update(windows_days=[-1]), "does not hold a plan"),
        (PLAN, lambda it: it.update(windows_days=[True]), "does not hold a plan"),
        (PLAN, lambda it: it.update(statistics=["variance"]), "does not hold a plan"),
        (PLAN, lambda it: it["variables"][0].update(unit=None), "does not hold a plan"),
        (PLAN, lambda it: it["variables"][0].update(is_timed=1), "does not hold a plan"),
        (PLAN, lambda it: it["flags"][0].__setitem__(0, "wrong"), "does not hold a plan"),
        (PLAN, lambda it: it.pop("carried"), "does not hold a plan"),
        (PLAN, lambda it: it["embedding"].pop(), "a vector of each code"),
        (PLAN, lambda it: it["variables"].pop(), "does not describe the columns"),
        (RULES, lambda it: it.pop("frame"), "does not hold what belongs there"),
        (RULES, lambda it: it.update(version=7), "version 7"),
        (RULES, lambda it: it["rules"][0].update(action="convert"), "nothing to do"),
        (COLUMNS, lambda it: it[0].update(unit="kg"), "does not describe the columns"),
        (COLUMNS, lambda it: it[0].update(colour="red"), "does not hold what belongs there"),
    ],
)
def test_what_does_not_belong_together_is_refused(folder, name, changed, words):
    if name == MANIFEST:
        found = json.loads((folder / MANIFEST).read_text())
        changed(found)
        (folder / MANIFEST).write_text(json.dumps(found))
    else:
        change(folder, name, changed)
    with pytest.raises(FeatureFolderError, match=r".") as told:
        read_folder(folder)
    assert words in str(told.value)


def test_what_is_no_folder_of_features_is_refused(folder, tmp_path):
    with pytest.raises(FeatureFolderError, match=r"holds no features: there is no features\.json"):
        read_folder(tmp_path / "nowhere")
    (tmp_path / "file").write_text("x")
    with pytest.raises(FeatureFolderError, match="holds no features"):
        read_folder(tmp_path / "file")
    for text in ("{", "[" * 100_000, "3"):
        (folder / MANIFEST).write_text(text)
        with pytest.raises(FeatureFolderError, match=r"features\.json"):
            read_folder(folder)


def test_vectors_that_are_no_vectors_are_refused(folder):
    import hashlib

    from safetensors.numpy import save

    for content in (b"nothing", save({"other": np.zeros((4, 2))}), save({"vectors": np.zeros(4)})):
        (folder / EMBEDDING).write_bytes(content)
        resign(folder, hashlib.sha256)
        with pytest.raises(FeatureFolderError, match="vector"):
            read_folder(folder)


def test_the_sum_of_the_sums_is_held(folder):
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | {"sha256": "0" * 64}))
    with pytest.raises(FeatureFolderError, match="not that of its parts"):
        read_folder(folder)


def test_a_copy_is_as_good(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "copy")
    assert read_folder(tmp_path / "copy")[1] == read_folder(folder)[1]
