"""An imported classifier is measured on labelled pictures; what cannot be says what would help."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from medapp.api import EvaluateRequest, TaskRefused
from medapp.api.testing import TrialContext
from medapp.engine.evaluation import report
from medapp_classification.image_import.evaluation import evaluate
from tests.unit.classification.imports import TOML, write

RAW = TOML.replace("high = 1000", "high = 255")
PLAIN = TOML.replace('scale = "window"\nlow = 0\nhigh = 1000', 'scale = "values"')


def pictures(folder, table=None, count=12):
    folder.mkdir()
    lines = ["file,labels,patient_id,sex,age"]
    rng = np.random.default_rng(0)
    for number in range(count):
        array = rng.integers(0, 60, (64, 48)).astype(np.uint8)
        has = number % 2
        if has:
            array[8:24, 8:24] = 250
        Image.fromarray(array).save(folder / f"{number}.png")
        said, sex = ("Spot", "M") if has else ("No Finding", "F")
        lines.append(f"{number}.png,{said},p{number // 2},{sex},{20 + 5 * number}Y")
    (folder / "labels.csv").write_text("\n".join(lines) if table is None else table)
    return folder


@pytest.fixture
def asked(tmp_path):
    def ask(data, content=RAW, **parameters):
        made = write(tmp_path / "model", content)
        request = EvaluateRequest("image.import", data, None, {"model": str(made), **parameters})
        return evaluate(request, TrialContext(tmp_path))

    return ask


def test_what_it_says_of_each_picture_becomes_figures(asked, tmp_path):
    found = asked(pictures(tmp_path / "data"))
    (spot,) = found.predictions
    assert (spot.key, spot.title, spot.labels) == ("spot", "Spot", (0, 1) * 6)
    assert spot.cases[:3] == ("p0", "p0", "p1")
    assert spot.groups["sex"][:2] == ("F", "M")
    assert set(spot.groups["age"]) == {"18 to 39", "40 to 59", "60 and older"}
    (question,) = report(found.predictions)
    assert question["figures"]["auroc"]["value"] == 1.0


def test_a_column_a_class_and_colours(asked, tmp_path):
    table = "file,spot\n0.png,0\n1.png,1\n2.png,0\n"
    data = pictures(tmp_path / "data", table, 3)
    Image.fromarray(np.full((64, 48), 90, np.uint8)).convert("RGBA").save(data / "2.png")
    with pytest.raises(TaskRefused, match="colour"):
        asked(data)
    Image.fromarray(np.full((64, 48), 90, np.uint8)).convert("LA").save(data / "2.png")
    (spot,) = asked(data).predictions
    assert spot.labels == (0, 1, 0)
    assert spot.cases == ("0.png", "1.png", "2.png")


def test_grey_levels_are_no_values_with_a_unit(asked, tmp_path):
    data = pictures(tmp_path / "data")
    assert [one.code for one in asked(data).notices] == ["grey-levels"]
    assert asked(data, PLAIN).notices == ()


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("file,other\n0.png,1\n", "no column labels, or one named spot"),
        ("name,spot\n0.png,1\n", "no column file"),
        ("file,spot\n0.png,perhaps\n", "neither 0 nor 1"),
        ("file,spot\n../0.png,1\n", "no such picture"),
        ("file,spot\ngone.png,1\n", "no such picture"),
        ("file,spot\n", "names no picture"),
        ("file,spot\n0.png,1\n1.png,1\n", "in some pictures and not in others"),
        ("file,spot\nlabels.csv,1\n1.png,0\n", "cannot be read"),
    ],
)
def test_a_table_that_cannot_be_used(asked, tmp_path, table, said):
    with pytest.raises(TaskRefused, match=said):
        asked(pictures(tmp_path / "data", table, 2))


def test_a_classifier_that_cannot_be_measured_on_pictures(asked, tmp_path):
    data = pictures(tmp_path / "data")
    with pytest.raises(TaskRefused, match="spacing"):
        asked(data, RAW.replace("size = [32, 32]", "size = [32, 32]\nspacing_mm = [1, 1]"))
    with pytest.raises(TaskRefused, match="volumes"):
        asked(data, RAW.replace("size = [32, 32]", "dimensions = 3\nsize = [32, 32, 32]"))
    with pytest.raises(TaskRefused, match="needs the folder"):
        evaluate(EvaluateRequest("image.import", data, None, {}), TrialContext(tmp_path))
