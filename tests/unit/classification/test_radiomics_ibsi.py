"""Every feature on offer reproduces the published values of the digital phantom."""

import csv

import numpy as np
import pytest

from medapp_classification.ct_radiomics.catalogue import FAMILIES
from medapp_classification.ct_radiomics.measure import features_of, tags_of
from medapp_classification.ct_radiomics.settings import Settings
from tests.unit.classification.radiomics_phantom import (
    ANYWHERE,
    BY_DIMENSION,
    MASK,
    is_reproduced,
    phantom,
)


@pytest.mark.parametrize(("dimension", "aggregation"), BY_DIMENSION)
def test_published_values_of_the_phantom(dimension, aggregation):
    found = features_of(phantom(), MASK, Settings(dimension=dimension, aggregation=aggregation))
    expected = ANYWHERE | {tag: (value, 0) for tag, value in BY_DIMENSION[dimension, aggregation].items()}
    missed = {tag: (found[tag], *bounds) for tag, bounds in expected.items()
              if not is_reproduced(found[tag], *bounds)}  # fmt: skip
    assert not missed


def test_all_features_have_a_published_value_that_is_reproduced(shared_data):
    path = shared_data / "ibsi" / "ibsi_1_reference_values" / "ibsi_1_dig_phantom.csv"
    if not path.is_file():
        pytest.skip(f"no reference values at {path}")
    with path.open(encoding="utf-8") as file:
        rows = {row["tag"]: row for row in csv.DictReader(file, delimiter=";") if row["reference value"]}
    offered = set()
    for dimension, aggregation in BY_DIMENSION:
        found = features_of(phantom(), MASK, Settings(dimension=dimension, aggregation=aggregation))
        offered |= set(found)
        missed = [
            tag
            for tag, value in found.items()
            if not is_reproduced(value, float(rows[tag]["reference value"]), float(rows[tag]["tolerance"]))
        ]
        assert not missed
    assert offered == set(rows)


def test_identifiers_and_tags_are_of_one_feature_each():
    features = [one for family in FAMILIES for one in family.features]
    assert len({one.ibsi for one in features}) == len(features) == 169
    assert len({one.ibsi for one in FAMILIES}) == len(FAMILIES) == 11
    assert len(tags_of(Settings())) == 169


def test_the_phantom_turned_has_the_same_shape_and_textures():
    volume = phantom()
    turned = type(volume)(volume.array.transpose(2, 0, 1)[::-1].copy(), volume.geometry, "CT")
    one = features_of(volume, MASK, Settings())
    other = features_of(turned, MASK.transpose(2, 0, 1)[::-1].copy(), Settings())
    for tag, value in one.items():
        assert other[tag] == pytest.approx(value, rel=2e-3), tag
    assert not np.array_equal(volume.array, turned.array)
