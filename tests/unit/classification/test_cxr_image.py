"""From stored pixels to what the network sees: the same chest, however it is stored."""

from dataclasses import replace

import numpy as np
import pytest

from medapp.domain.geometry import Geometry
from medapp.domain.volume import Volume
from medapp_classification.cxr_findings.image import grey_of, prepared, read_picture, windowed
from tests.unit.classification import xray


@pytest.fixture
def image():
    return xray.drawn(3)


def test_monochrome1_is_turned_round(image):
    straight = prepared(xray.as_volume(image))
    turned = prepared(xray.as_volume(255 - image, inverted=True))
    assert np.abs(straight - turned).max() < 1e-5
    assert np.abs(straight - prepared(xray.as_volume(255 - image))).max() > 0.5


def test_bits_slope_and_intercept_change_nothing(image):
    stored = (image.astype(np.uint16) * 16) + 100
    other = xray.as_volume(stored, slope=0.25, intercept=-1000.0)
    assert np.abs(prepared(xray.as_volume(image)) - prepared(other)).max() < 1e-4


def test_a_burnt_in_letter_does_not_set_the_window(image):
    deep = image.astype(np.uint16)
    marked = deep.copy()
    marked[5:15, 5:12] = 4095
    before, after = (prepared(xray.as_volume(one)) for one in (deep, marked))
    assert np.abs(before - after)[20:].max() < 0.05


def test_padding_is_darkest_and_takes_no_part(image):
    padded = image.astype(np.int16).copy()
    padded[:, :20] = -2000
    volume = replace(xray.as_volume(padded), padding=(-2000.0, -2000.0))
    grey = grey_of(volume)
    assert grey[:, :20].max() == grey[:, 20:].min()
    turned = grey_of(replace(volume, inverted=True))
    assert turned[:, :20].max() == turned[:, 20:].min()


def test_size_and_range(image):
    found = prepared(xray.as_volume(image[:200]))
    assert found.shape == (96, 96)
    assert found.dtype == np.float32
    assert 0 <= found.min() < 0.1
    assert 0.9 < found.max() <= 1
    assert windowed(np.full((5, 5), 7, np.float32)).max() == 0


def test_a_picture_is_prepared_as_a_file_of_dicom_is(image, tmp_path):
    from PIL import Image

    Image.fromarray(image).convert("RGBA").save(tmp_path / "a.png")
    assert np.abs(read_picture(tmp_path / "a.png") - prepared(xray.as_volume(image))).max() < 1e-4


@pytest.mark.parametrize(
    ("volume", "words"),
    [
        (Volume(np.zeros((1, 4, 4, 3), np.uint8), Geometry.unknown((1, 4, 4))), "colour"),
        (Volume(np.full((1, 4, 4), np.nan, np.float32), Geometry.unknown((1, 4, 4))), "no numbers"),
        (Volume(np.zeros((1, 4, 4), np.uint8), Geometry.unknown((1, 4, 4)), failed={0: "x"}), "not be read"),
    ],
)
def test_what_is_no_grey_image_is_refused(volume, words):
    with pytest.raises(ValueError, match=words):
        prepared(volume)
