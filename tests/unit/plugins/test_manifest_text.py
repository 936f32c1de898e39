"""The text of medapp.toml: what is read, and every mistake named."""

from pathlib import Path

import pytest

from medapp.plugins import ManifestError, parse_manifest

WHOLE = """
[plugin]
api = "1"
title = "Brain tissue"
license = "Apache-2.0"
intended_use = "Research."
entry = "brain_tissue.hooks"

[[task]]
id = "brain.tissue"
kind = "segmentation"
title = "Brain tissue"
summary = "White and grey matter."
trainable = true
input = { images = ["MR"] }
labels = [
    { name = "White matter", code = "SCT:68523003", color = "#f0e0c0" },
    { value = 7, name = "Grey matter", code = "SCT:389080008", meaning = "Gray matter", color = "#808080" },
]
weights = [{ name = "w.safetensors", sha256 = "%s", card = "w.md" }]
resources = { bytes_per_voxel = 90, fixed_bytes = 800_000_000, seconds_per_megavoxel = 0.5, gpu = "required" }

[task.parameters.threshold]
type = "number"
default = 0.5

[task.parameters.atlas]
type = "string"

[task.training.steps]
type = "integer"
""" % ("a" * 64)
HEAD, _, TASK = WHOLE.partition("[[task]]")
SHORTEST = '[[task]]\nid = "a"\nkind = "segmentation"\ntitle = "A"\n'


def parse(text):
    return parse_manifest(text, package="brain_tissue", version="2.1", folder=Path("there"))


def test_single_images_volumes_or_either():
    for text, expected in (("true", True), ("false", False), ('"either"', "either")):
        line = f'input = {{ images = ["*"], single = {text} }}\n'
        assert parse(HEAD + SHORTEST + line).tasks[0].single == expected
    with pytest.raises(ManifestError, match="not true, false or 'either'"):
        parse(HEAD + SHORTEST + 'input = { single = "both" }\n')


def test_molecules_are_read_unless_the_task_makes_them():
    text = HEAD + SHORTEST.replace("segmentation", "molecules")
    lines = ("", 'input = { molecules = "none" }\n', 'input = { molecules = "optional" }\n')
    assert [parse(text + line).tasks[0].molecules for line in lines] == ["required", "none", "optional"]


def test_a_task_may_need_another_where_it_takes_labels():
    labels = 'input = { images = ["MR"], segmentation = "optional" }\n'
    needs = 'needs_task = "mr.brain"\nneeds_parameters = { fluid = true }\n'
    (task,) = parse(HEAD + SHORTEST + labels + needs).tasks
    assert (task.needs_task, task.needs_parameters) == ("mr.brain", {"fluid": True})
    assert parse(HEAD + SHORTEST).tasks[0].needs_task == ""
    with pytest.raises(ManifestError, match="is handed no labels"):
        parse(HEAD + SHORTEST + needs)


def test_everything_is_read():
    manifest = parse(WHOLE)
    assert (manifest.package, manifest.entry, manifest.version) == (
        "brain_tissue",
        "brain_tissue.hooks",
        "2.1",
    )
    (task,) = manifest.tasks
    assert (task.id, task.kind, task.images, task.gpu) == (
        "brain.tissue",
        "segmentation",
        ("MR",),
        "required",
    )
    assert [(label.value, label.name) for label in task.labels] == [(1, "White matter"), (7, "Grey matter")]
    assert task.labels[0].code.meaning == "White matter"
    assert task.labels[1].code.meaning == "Gray matter"
    assert task.weights[0].card == "w.md"
    assert (task.bytes_per_voxel, task.fixed_bytes, task.seconds_per_megavoxel) == (90, 800_000_000, 0.5)
    assert task.trainable
    assert task.required_parameters == ("atlas",)


def test_training_has_parameters_of_its_own_all_of_them_optional():
    (task,) = parse(WHOLE).tasks
    lesson = task.for_training()
    assert set(lesson.parameters) == {"steps"}
    assert lesson.required_parameters == ()
    assert lesson.id == task.id


def test_what_may_be_left_out():
    text = '[plugin]\napi = "1"\ntitle = "T"\nlicense = "MIT"\nintended_use = "R"\n'
    manifest = parse(text + SHORTEST)
    (task,) = manifest.tasks
    assert manifest.entry == "brain_tissue"
    assert (task.images, task.labels, task.weights, task.parameters) == ((), (), (), {})
    assert (task.gpu, task.seconds_per_megavoxel, task.trainable) == ("optional", None, False)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('api = "1"', 'api = "2"', "this program speaks '1'"),
        ('api = "1"', "", "lacks 'api'"),
        ("[plugin]", "[plug]", "lacks the table 'plugin'"),
        ("[plugin]", "plugin", "not valid TOML"),
        ('license = "Apache-2.0"', 'license = ""', "lacks 'license'"),
        ('kind = "segmentation"', 'kind = "magic"', "not one of segmentation"),
        ('gpu = "required"', 'gpu = "yes"', "gpu is 'yes'"),
        ('sha256 = "aaaa', 'sha256 = "', "is not a sha256"),
        ('code = "SCT:68523003"', 'code = "68523003"', "a code is written SCHEME:VALUE"),
        ('code = "SCT:68523003", ', "", "lacks 'code'"),
        ("bytes_per_voxel = 90", "bytes_per_voxel = -1", "a number from 0"),
        ("bytes_per_voxel = 90", "bytes_per_voxel = true", "a number from 0"),
        ('images = ["MR"]', 'images = "MR"', "'images' is a list"),
        ('input = { images = ["MR"] }', "input = 3", "lacks the table 'input'"),
        ('id = "brain.tissue"', "", "lacks 'id'"),
    ],
)
def test_mistakes_are_named(old, new, words):
    assert old in WHOLE
    with pytest.raises(ManifestError, match=words):
        parse(WHOLE.replace(old, new, 1))


@pytest.mark.parametrize(
    ("tasks", "words"),
    [
        ("", r"offers no \[\[task\]\]"),
        ("task = 3\n", "offers no"),
        ("[[task]]" + TASK + "[[task]]" + TASK, "stands twice"),
        ('[[task]]\nid = "a"\nkind = "segmentation"\ntitle = "A"\nlabels = ["x"]\n', "a label is a table"),
        (
            '[[task]]\nid = "a"\nkind = "segmentation"\ntitle = "A"\nweights = ["x"]\n',
            "weights are a list of tables",
        ),
    ],
)
def test_mistakes_in_tasks_are_named(tasks, words):
    text = tasks + HEAD if tasks.startswith("task =") else HEAD + tasks
    with pytest.raises(ManifestError, match=words):
        parse(text)


def test_a_task_that_is_no_table():
    with pytest.raises(ManifestError, match="is not a table"):
        parse("task = [3]\n" + HEAD)
