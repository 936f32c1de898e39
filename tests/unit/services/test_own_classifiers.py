"""A classifier is added once, asked under its title, and its code is run only as the file was agreed on."""

from __future__ import annotations

import json
import zipfile

import pytest

from medapp.domain.geometry import Geometry
from medapp.domain.notice import Notice
from medapp.domain.patient import Patient, Series, Study
from medapp.services.classifying import Target
from medapp.services.own_classifiers import (
    FILE,
    ClassifierError,
    add,
    agree,
    card_of,
    own_classifiers,
    own_questions,
    remove,
    resolved,
)

TOML = """
[classifier]
title = "Wrist fracture"
version = "1.0"
model = "{model}"
license = "CC-BY-4.0"
intended_use = "Research."
card = "Trained on 12 wrists."

[gate]
images = ["dx"]
"""


def folder(tmp_path, model="wrist.onnx", name="wrist"):
    made = tmp_path / name
    made.mkdir()
    (made / "classifier.toml").write_text(TOML.format(model=model))
    if model.endswith(".ts"):
        with zipfile.ZipFile(made / model, "w") as archive:
            archive.writestr("wrist/code/__torch__.py", "x")
    else:
        (made / model).write_bytes(b"onnx")
    return made


def target(modality="DX"):
    study = Study("1.2", Patient("1"), "20240531")
    geometry = Geometry.from_parts((1, 8, 8), (0, 0, 0), (1, 1, 1))
    series = Series("k", "1.1", study, modality, "stack", (), geometry=geometry)
    return Target("P", series=series)


def test_it_is_kept_by_its_title_and_read_anew(tmp_path):
    config, made = tmp_path / "config", folder(tmp_path)
    one = add(config, made)
    assert own_classifiers(config) == (one,)
    assert (one.title, one.version, one.images, one.is_code) == ("Wrist fracture", "1.0", ("DX",), False)
    manifest = made / "classifier.toml"
    manifest.write_text(manifest.read_text().replace("Wrist fracture", "Broken wrist"))
    assert [add(config, manifest).title, *(x.title for x in own_classifiers(config))] == ["Broken wrist"] * 2
    remove(config, one.key)
    assert own_classifiers(config) == ()
    assert manifest.is_file()


NO_HEAD = "no .classifier. with title and model"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("readme.txt", "", "holds no classifier.toml"),
        ("classifier.toml", "[classifier]", NO_HEAD),
        ("classifier.toml", "= =", NO_HEAD),
        ("classifier.json", "[1]", NO_HEAD),
        ("classifier.toml", TOML.format(model="gone.onnx"), "not lie beside"),
        ("classifier.toml", TOML.format(model="../../etc/passwd"), "not lie beside"),
    ],
)
def test_what_is_no_classifier_is_refused_with_a_sentence(tmp_path, name, content, said):
    at = tmp_path / "chosen"
    at.mkdir()
    (at / name).write_text(content)
    with pytest.raises(ClassifierError, match=said):
        add(tmp_path / "config", at)
    assert own_classifiers(tmp_path / "config") == ()
    with pytest.raises(ClassifierError, match="choose the folder"):
        add(tmp_path / "config", tmp_path / "nowhere")


def test_a_list_that_cannot_be_read_holds_none(tmp_path):
    for text in ("{", "[1]", '[{"key": "a"}]', '{"a": 1}'):
        (tmp_path / FILE).write_text(text)
        assert own_classifiers(tmp_path) == ()


def test_it_is_asked_under_its_title_where_it_fits(tmp_path):
    config = tmp_path / "config"
    one = add(config, folder(tmp_path))
    (choice,) = own_questions(config, target())
    assert (choice.task.title, choice.task.id, choice.check.ok) == ("Wrist fracture", one.task, True)
    assert set(choice.task.parameters) == {"heat_map"}
    assert choice.task.required_parameters == ()
    (other,) = own_questions(config, target("CT"))
    assert "takes DX, this is CT" in other.check.reason
    task, how = resolved(config, one.task, {"heat_map": "no"})
    assert (task, how) == ("image.import", {"heat_map": "no", "model": one.manifest, "trusted": False})
    assert resolved(config, "cxr.findings", {"a": 1}) == ("cxr.findings", {"a": 1})
    (tmp_path / "wrist" / "wrist.onnx").unlink()
    assert "not where they were" in own_questions(config, target())[0].check.reason
    with pytest.raises(ClassifierError, match="add it again"):
        resolved(config, one.task, {})


def test_code_is_run_only_as_it_was_when_that_was_agreed(tmp_path):
    config, made = tmp_path / "config", folder(tmp_path, "wrist.ts")
    one = add(config, made)
    assert one.is_code
    assert "have not agreed" in own_questions(config, target())[0].check.reason
    assert resolved(config, one.task, {})[1]["trusted"] is False
    agree(config, one.key, to_run=True)
    assert own_questions(config, target())[0].check.ok
    assert resolved(config, one.task, {})[1]["trusted"] is True
    assert add(config, made).agreed  # added again, it is the same file
    with (made / "wrist.ts").open("ab") as file:
        file.write(b"more")
    with pytest.raises(ClassifierError, match="agree anew"):
        resolved(config, one.task, {})
    agree(config, one.key, to_run=False)
    assert resolved(config, one.task, {})[1]["trusted"] is False


def test_code_is_known_by_what_is_in_the_file(tmp_path):
    made = folder(tmp_path, "wrist.ts")
    (made / "wrist.ts").rename(made / "wrist.pt")
    (made / "classifier.toml").write_text(TOML.format(model="wrist.pt"))
    assert add(tmp_path / "config", made).is_code
    bundle = folder(tmp_path, "model.onnx", "bundle")
    (bundle / "models").mkdir()
    (bundle / "models" / "model.ts").write_bytes(b"")
    (bundle / "classifier.toml").write_text(TOML.format(model="models"))
    one = add(tmp_path / "config", bundle)
    assert one.is_code
    assert agree(tmp_path / "config", one.key, to_run=True).agreed


def test_its_card_is_what_it_says_of_itself():
    told = card_of({"title": "Wrist", "version": "2", "card": "On 12 wrists.", "license": ""})
    assert told.startswith("# Wrist 2\n")
    assert "On 12 wrists." in told
    assert "none stated" in told


def test_answers_stand_under_its_title_with_its_card():
    from medapp.services.classifying import _as_it_calls_itself
    from tests.unit.services.answers import EFFUSION, proposal

    terms = Notice("classifier-terms", "x", "info", {"title": "Wrist fracture", "card": "On 12 wrists."})
    found = proposal("a1", (EFFUSION,), notices=(terms,))
    task, card = _as_it_calls_itself(found.task, found.result)
    assert task.title == "Wrist fracture"
    assert "On 12 wrists." in card
    plain = proposal("a1", (EFFUSION,))
    assert _as_it_calls_itself(plain.task, plain.result) == (plain.task, "")
    assert json.dumps(card)
