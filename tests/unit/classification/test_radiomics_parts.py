"""The steps before the features: grid, ranges, grey levels; and what is not computable."""

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from medapp.domain.geometry import Geometry
from medapp.domain.volume import Volume
from medapp_classification.ct_radiomics import mesh, resample, spatial
from medapp_classification.ct_radiomics.discretise import grey_levels
from medapp_classification.ct_radiomics.intensity import Tally
from medapp_classification.ct_radiomics.measure import features_of
from medapp_classification.ct_radiomics.roi import NotComputable, Roi, cut
from medapp_classification.ct_radiomics.settings import Settings, settings_of


def ball(radius=8, size=24, spacing=(1.0, 1.0, 1.0)):
    z, y, x = np.indices((size, size, size)) - size // 2
    mask = (z * spacing[0]) ** 2 + (y * spacing[1]) ** 2 + (x * spacing[2]) ** 2 <= radius**2
    image = np.random.default_rng(3).normal(40, 20, mask.shape).round().astype(np.int16)
    geometry = Geometry.from_parts(mask.shape, (0, 0, 0), spacing[::-1])
    return Volume(image, geometry, "CT", unit="HU"), mask


def test_the_surface_of_a_ball_and_of_a_box():
    _, mask = ball(20, 50)
    area, inside = mesh.area_and_volume(mask, (1, 1, 1))
    assert inside == pytest.approx(4 / 3 * np.pi * 20**3, rel=0.01)
    assert area == pytest.approx(4 * np.pi * 20**2, rel=0.1)
    one = np.ones((1, 1, 1), np.bool_)
    assert mesh.area_and_volume(one, (2, 2, 2)) == pytest.approx((np.sqrt(3) * 4, 8 / 6))
    long = np.ones((6, 4, 3), np.bool_)
    turned = mesh.area_and_volume(long.transpose(2, 0, 1), (3, 1, 2))
    assert mesh.area_and_volume(long, (1, 2, 3)) == pytest.approx(turned)


def test_the_surface_is_closed_and_a_hole_counts_as_outside():
    mask = np.random.default_rng(0).random((9, 8, 7)) > 0.5
    _, volume = mesh.area_and_volume(mask, (1, 1.5, 2))
    shifted = np.zeros((30, 20, 20), np.bool_)
    shifted[17:26, 5:13, 4:11] = mask
    assert mesh.area_and_volume(shifted, (1, 1.5, 2))[1] == pytest.approx(volume)
    hollow = np.ones((9, 9, 9), np.bool_)
    solid = mesh.area_and_volume(hollow, (1, 1, 1))
    hollow[3:6, 3:6, 3:6] = False
    assert mesh.area_and_volume(hollow, (1, 1, 1))[1] < solid[1] - 20
    assert mesh.area_and_volume(hollow, (1, 1, 1))[0] > solid[0] + 20


def test_moran_and_geary_are_those_of_all_pairs():
    rng = np.random.default_rng(1)
    mask = rng.random((5, 7, 6)) > 0.3
    image = (rng.normal(size=mask.shape) * 100 - 700 + 40 * np.arange(6)).astype(np.float32)
    roi = Roi(image, mask, mask, (2.0, 1.5, 1.0))
    moran, geary = spatial.moran_and_geary(roi, lambda: None)
    points, values = np.argwhere(mask) * (2.0, 1.5, 1.0), image[mask].astype(float)
    distance = np.linalg.norm(points[:, None] - points, axis=2)
    weight = np.divide(1, distance, out=np.zeros_like(distance), where=distance > 0)
    away = values - values.mean()
    count, spread = len(values), (away**2).sum()
    expected = count / weight.sum() * (weight * np.outer(away, away)).sum() / spread
    assert moran == pytest.approx(expected, abs=1e-5)
    differences = (away[:, None] - away) ** 2
    assert geary == pytest.approx(
        (count - 1) / 2 / weight.sum() * (weight * differences).sum() / spread, rel=1e-5
    )


def test_interpolation_keeps_to_the_grid_that_is_centred_on_the_image():
    values = np.random.default_rng(2).normal(size=(9, 10, 11)).astype(np.float32)
    axes = tuple(resample.axis_between(size, 1.0, 0.7, -1, size) for size in values.shape)
    assert [len(axis.positions) for axis in axes] == [13, 15, 16]
    for axis, size in zip(axes, values.shape, strict=True):
        assert axis.positions.mean() == pytest.approx((size - 1) / 2)
    places = np.meshgrid(*(axis.positions for axis in axes), indexing="ij")
    for function, order in ((resample.linear, 1), (resample.cubic, 3)):
        expected = map_coordinates(values, places, order=order, mode="mirror")
        inner = (slice(1, -1),) * 3  # beyond the outermost voxels there is nothing to compare
        assert function(values, axes)[inner] == pytest.approx(expected[inner], abs=1e-4)
    same = tuple(resample.axis_between(size, 1.0, 1.0, 0, size - 1) for size in values.shape)
    assert resample.linear(values, same) == pytest.approx(values)
    assert resample.cubic(values, same) == pytest.approx(values, abs=1e-4)


def test_a_part_of_a_volume_is_interpolated_as_the_whole():
    volume, mask = ball(6, 40, (2.0, 1.0, 1.3))
    settings = Settings(interpolation="cubic", voxel_mm=1.1, whole_numbers=True)
    whole = np.ones(mask.shape, np.bool_)
    part, everything = cut(volume, mask, settings), cut(volume, whole, settings)
    shape = part.image.shape
    found = np.lib.stride_tricks.sliding_window_view(everything.image, shape)
    assert (np.abs(found - part.image).reshape(*found.shape[:3], -1).max(axis=3) <= 1).any()


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (Settings(discretisation="fixed bin number", bins=4), [1, 2, 3, 4, 4]),
        (Settings(discretisation="fixed bin size", bin_size=25, lowest=-1000), [37, 38, 39, 40, 41]),
        (Settings(discretisation="fixed bin size", bin_size=25), [1, 2, 3, 4, 5]),
    ],
)
def test_grey_levels(settings, expected):
    assert grey_levels(np.array([-100.0, -75, -50, -25, 0]), settings).tolist() == expected


def test_levels_that_make_no_texture_are_not_computable():
    for settings in (Settings(), Settings(discretisation="fixed bin size", bin_size=0.001)):
        with pytest.raises(NotComputable, match="grey levels go from"):
            grey_levels(np.array([-100.0, 100]), settings)
    flat = grey_levels(np.full(3, 7.0), Settings(discretisation="fixed bin number"))
    assert flat.tolist() == [1, 1, 1]


def test_percentiles_lie_between_voxels():
    values = np.random.default_rng(4).integers(-50, 900, 1001).astype(float)
    for whole in (True, False):
        tally = Tally.of(values, whole=whole)
        for percent in (0, 10, 25, 50, 90, 100):
            assert tally.percentile(percent) == pytest.approx(np.percentile(values, percent))


def test_defaults_by_modality():
    ct = settings_of({}, "CT", "HU")
    assert (ct.discretisation, ct.bin_size, ct.low, ct.high, ct.lowest) == (
        "fixed bin size", 25, -1000, 3071, -1000)  # fmt: skip
    assert (ct.voxel_mm, ct.whole_numbers) == (1, True)
    pet = settings_of({}, "PT", "SUVbw")
    assert (pet.discretisation, pet.bin_size, pet.lowest, pet.voxel_mm) == ("fixed bin size", 0.5, 0, 4)
    mr = settings_of({}, "MR", None)
    assert (mr.discretisation, mr.bins, mr.low, mr.whole_numbers) == ("fixed bin number", 32, None, False)
    assert settings_of({"resegmentation": "-500,"}, "CT", "HU").lowest == -500
    assert settings_of({"resegmentation": "none"}, "CT", "HU").low is None


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"resegmentation": "1,2,3"}, "written LOW,HIGH"),
        ({"resegmentation": "a,b"}, "written LOW,HIGH"),
        ({"resegmentation": "5,5"}, "is empty"),
        ({"families": "cm,wavelets"}, "no family 'wavelets'"),
        ({"discretisation": "fixed bin size"}, "needs bin_size"),
    ],
)
def test_parameters_that_contradict(parameters, words):
    with pytest.raises(ValueError, match=words):
        settings_of(parameters, "MR", None)


def test_what_is_left_out_of_the_intensities_stays_in_the_shape():
    volume, mask = ball()
    array = volume.array.copy()
    array[12, 12, 12] = 2500
    metal = type(volume)(array, volume.geometry, "CT", unit="HU")
    roi = cut(metal, mask, Settings(high=1000, whole_numbers=True))
    assert roi.shape.sum() - roi.inside.sum() == 1
    assert cut(metal, mask, Settings(outlier_sigma=5)).inside.sum() == mask.sum() - 1
    padded = type(volume)(array, volume.geometry, "CT", unit="HU", padding=(2500, 2500))
    roi = cut(padded, mask, Settings(interpolation="linear", voxel_mm=1.0, whole_numbers=True))
    assert not roi.inside[roi.image > 1000].any()
    assert roi.shape.sum() == mask.sum()
    assert roi.inside.sum() == mask.sum() - 1


def test_small_segments_and_lost_slices_are_not_computable_with_their_reason():
    volume, mask = ball()
    small = np.zeros_like(mask)
    small[3, 3, 3:6] = True
    found = features_of(volume, small, Settings(minimum_voxels=10))
    assert set(found.values()) == {"it has 3 voxels of 1 × 1 × 1 mm, at least 10 are needed"}
    lost = type(volume)(volume.array, volume.geometry, "CT", unit="HU", failed={12: "truncated"})
    assert set(features_of(lost, mask, Settings()).values()) == {"1 of its slices could not be read"}
    nothing = features_of(volume, mask, Settings(low=5000))
    assert "at least 1 are needed" in str(nothing["stat_mean"])


def test_one_intensity_has_no_spread_and_no_number_is_made_up():
    volume, mask = ball()
    even = type(volume)(np.full_like(volume.array, 30), volume.geometry, "CT", unit="HU")
    settings = settings_of({"interpolation": "none"}, "CT", "HU")
    found = features_of(even, mask, settings)
    assert found["stat_var"] == found["stat_skew"] == found["stat_kurt"] == 0
    assert found["cm_corr_3D_comb"] == 1
    assert found["morph_moran_i"] == found["ivh_v10"] == "all its intensities are the same"
    assert all(isinstance(value, str) or np.isfinite(value) for value in found.values())
    one = np.zeros_like(mask)
    one[12, 12, 12] = True
    alone = features_of(volume, one, Settings(discretisation="fixed bin number"))
    assert alone["cm_contrast_3D_comb"] == "no two of its voxels are neighbours"
    assert alone["morph_pca_flatness"] == "it has no extent along one of its axes"
    assert alone["morph_vol_approx"] == 1
