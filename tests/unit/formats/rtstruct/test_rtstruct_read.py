"""Contours of RT Structure Sets become labels on the right voxels, and what cannot is told."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pydicom
import pytest

from medapp.domain.segmentation import measure
from medapp.formats.collect import collect
from medapp.formats.dicom import overlapping, rtstruct_file, rtstruct_fill
from medapp.formats.dicom.load import load_volume
from medapp.formats.dicom.rtstruct_read import read_structures
from tests.unit.formats.dicom_index.making import FRAME, save, stack
from tests.unit.formats.rtstruct.making import AREA, box, lps, structures, written
from tests.unit.services.segmenting import ct_series, only_series

SHAPE = (5, 16, 20)


@pytest.fixture
def series(tmp_path):
    return ct_series(tmp_path / "ct", *SHAPE)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "rs.dcm"


def read(path, *series):
    """As from a file that refers to `series`."""
    return read_structures(path, series, [one.uid for one in series])[0]


def codes(found):
    return {notice.code for notice in found.notices}


def mask(found, value=1):
    segmentation = found.segmentation
    return np.stack([segmentation.mask(value, k) for k in range(len(segmentation.array))])


def boxed(k, rows, columns):
    expected = np.zeros(SHAPE, np.bool_)
    expected[k, rows, columns] = True
    return expected


def test_a_contour_on_two_slices_with_names_colours_and_types(path, series):
    written(path, {"Tumour": [box(2.5, 3.5, 8.5, 9.5, 1), box(2.5, 3.5, 5.5, 9.5, 2)], "Liver": []}, series)
    found = read(path, series)
    expected = boxed(1, slice(4, 10), slice(3, 9)) | boxed(2, slice(4, 10), slice(3, 6))
    assert np.array_equal(mask(found), expected)
    (label,) = found.segmentation.labels
    assert (label.name, label.color, label.category.meaning) == ("Tumour", "#0b80ff", "GTV")
    assert found.segmentation.title == "Plan A"
    assert found.segmentation.geometry is series.geometry
    assert (found.segmentation.series_key, found.segmentation.array.dtype) == (series.key, np.uint8)
    assert {notice.code: notice.values for notice in found.notices} == {
        "regions-empty": {"regions": ["Liver"]}
    }
    volume = load_volume(series)
    (measured,) = measure(found.segmentation, volume)
    assert measured.volume_ml == pytest.approx(54 * 0.25 * 0.5 * 2 / 1000)
    assert measured.mean == pytest.approx(volume.array[expected].mean() - 1024)


def test_a_code_is_read(path, series):
    written(path, {"One": [box(2, 2, 5, 5, 1)], "Two": [box(6, 6, 9, 9, 1)]})
    one, two = read(path, series).segmentation.labels
    assert (one.code.value, one.code.scheme) == ("", "")
    assert (two.code.value, two.code.scheme, two.code.meaning) == ("10200004", "SCT", "Liver")


def test_an_inner_contour_makes_a_hole(path, series):
    written(path, {"Ring": [box(1.5, 1.5, 12.5, 12.5, 3), box(4.5, 4.5, 8.5, 8.5, 3)]})
    expected = boxed(3, slice(2, 13), slice(2, 13)) & ~boxed(3, slice(5, 9), slice(5, 9))
    assert np.array_equal(mask(read(path, series)), expected)


def test_a_keyhole_makes_the_same_hole(path, series):
    outer = [(1.5, 1.5, 3), (12.5, 1.5, 3), (12.5, 12.5, 3), (1.5, 12.5, 3), (1.5, 1.5, 3)]
    inner = [(4.5, 4.5, 3), (4.5, 8.5, 3), (8.5, 8.5, 3), (8.5, 4.5, 3), (4.5, 4.5, 3)]
    written(path, {"Ring": [(AREA, [*outer, *inner], "")]})
    expected = boxed(3, slice(2, 13), slice(2, 13)) & ~boxed(3, slice(5, 9), slice(5, 9))
    assert np.array_equal(mask(read(path, series)), expected)


def test_regions_that_overlap_keep_all_their_voxels(path, series):
    regions = {
        "Large": [box(1.5, 1.5, 12.5, 12.5, k) for k in (1, 2)],
        "Small": [box(3.5, 3.5, 5.5, 5.5, 1)],
        "Beside": [box(4.5, 4.5, 15.5, 6.5, 1)],
    }
    written(path, regions)
    found = read(path, series)
    large, small = boxed(slice(1, 3), slice(2, 13), slice(2, 13)), boxed(1, slice(4, 6), slice(4, 6))
    beside = boxed(1, slice(5, 7), slice(5, 16))
    for value, expected in ((1, large), (2, small), (3, beside)):
        assert np.array_equal(mask(found, value), expected)
    voxels = [one.voxels for one in measure(found.segmentation, load_volume(series))]
    assert voxels == [large.sum(), small.sum(), beside.sum()]
    # The smaller lies on top.
    assert set(found.segmentation.overlaps.values()) == {(1, 2), (1, 3), (1, 3, 2)}
    (notice,) = found.notices
    shared = (large.astype(int) + small + beside > 1).sum()
    assert (notice.code, notice.values["voxels"]) == ("regions-overlap", shared)


def test_what_is_no_area_or_lies_on_no_slice_is_told_with_its_count(path, series):
    tilted = (AREA, [(2, 2, 1), (8, 2, 1), (8, 8, 1.4), (2, 8, 1.4)], "")
    regions = {
        "Good": [box(2.5, 2.5, 5.5, 5.5, 2)],
        "Odd": [
            ("POINT", [(2, 2, 2)], ""),
            ("OPEN_PLANAR", [(1, 1, 2), (5, 5, 2), (7, 2, 2)], ""),
            (AREA, [(1, 1, 2), (5, 5, 2)], ""),
            box(2, 2, 5, 5, -0.6),
            box(2, 2, 5, 5, 9),
            tilted,
        ],
    }
    written(path, regions)
    found = read(path, series)
    assert mask(found, 1).sum() == 9
    assert mask(found, 2).sum() == 0
    told = {notice.code: notice.values for notice in found.notices}
    assert told["contours-left-out"] == {"POINT": 1, "OPEN_PLANAR": 1, "damaged": 1}
    assert told["contours-off-plane"] == {"Odd": 3}


def test_a_contour_within_half_a_slice_is_drawn_on_the_nearest(path, series):
    uids = [instance.sop_instance_uid for instance in series.instances]
    halfway = [box(2.5, 2.5, 5.5, 5.5, 2.5, uid=uids[3])]
    written(path, {"Near": [box(2.5, 2.5, 5.5, 5.5, 1.4)], "Halfway": halfway})
    found = read(path, series)
    assert np.array_equal(mask(found, 1), boxed(1, slice(3, 6), slice(3, 6)))
    assert np.array_equal(mask(found, 2), boxed(3, slice(3, 6), slice(3, 6)))


def test_finer_sections_than_the_slices_do_not_become_rings(path, series):
    written(path, {"Fine": [box(2.5, 2.5, 5.5, 5.5, k) for k in (1, 1.25, 2, 1.75)]})
    found = read(path, series)
    assert np.array_equal(mask(found), boxed(slice(1, 3), slice(3, 6), slice(3, 6)))
    assert {notice.code: notice.values for notice in found.notices} == {"contours-between": {"Fine": 2}}


def test_doubled_missing_cut_and_misnamed_contours_are_told(path, series):
    uids = [instance.sop_instance_uid for instance in series.instances]
    regions = {
        "Doubled": [box(2.5, 2.5, 5.5, 5.5, 1)] * 2,
        "Gap": [box(2.5, 2.5, 5.5, 5.5, k) for k in (0, 3)],
        "Cut": [box(15.5, 2.5, 40, 5.5, 1)],
        "Misnamed": [box(2.5, 2.5, 5.5, 5.5, 1, uid=uids[4])],
    }
    written(path, regions)
    found = read(path, series)
    assert [int(mask(found, value).sum()) for value in (1, 2, 3, 4)] == [9, 18, 12, 9]
    told = {notice.code: notice.values for notice in found.notices}
    del told["regions-overlap"]
    assert told == {
        "contours-repeated": {"Doubled": 1},
        "contours-missing": {"Gap": 2},
        "contours-outside": {"Cut": 1},
        "contours-elsewhere": {"Misnamed": 1},
    }


def test_another_frame_of_reference_is_refused(path, series):
    uid = series.instances[1].sop_instance_uid
    written(path, {"Tumour": [box(2, 2, 5, 5, 1, uid=uid)]}, series, frame=f"{FRAME}.1")
    with pytest.raises(ValueError, match="another frame of reference"):
        read(path, series)
    with pytest.raises(ValueError, match="not in the library"):
        read(path)


def test_a_region_in_another_frame_of_reference_is_left_out(path, series):
    made = structures({"Here": [box(2, 2, 5, 5, 1)], "There": [box(2, 2, 5, 5, 1)]})
    made.StructureSetROISequence[1].ReferencedFrameOfReferenceUID = f"{FRAME}.1"
    found = read(save(made, path), series)
    assert [label.name for label in found.segmentation.labels] == ["Here"]
    assert codes(found) == {"regions-elsewhere"}


def test_without_a_frame_of_reference_the_images_must_be_named(tmp_path, path):
    series = ct_series(tmp_path / "bare", *SHAPE, FrameOfReferenceUID=None)
    written(path, {"Tumour": [box(2, 2, 5, 5, 1)]}, series)
    with pytest.raises(ValueError, match="another frame of reference"):
        read(path, series)
    uid = series.instances[1].sop_instance_uid
    written(path, {"Tumour": [box(2, 2, 5, 5, 1, uid=uid)]}, series)
    assert mask(read(path, series)).any()


def test_the_images_that_are_named_are_chosen(path, series, tmp_path):
    other = replace(ct_series(tmp_path / "other", *SHAPE, SeriesInstanceUID="1.2.3"), key="other")
    uid = series.instances[1].sop_instance_uid
    written(path, {"Tumour": [box(2, 2, 5, 5, 1, uid=uid)]})
    found, source = read_structures(path, [other, series])
    assert source is series
    assert codes(found) == set()
    found, source = read_structures(path, [other])
    assert source is other
    assert codes(found) == {"images-by-place"}


def test_on_tilted_slices(path, tmp_path):
    stack(
        tmp_path / "tilted", [[-10, -20 + k, 30 + 2 * k] for k in range(5)],
        Rows=16, Columns=20, PixelData=np.zeros((16, 20), np.int16).tobytes(),
    )  # fmt: skip
    series = only_series(tmp_path / "tilted")
    # The third slice begins 2 mm, which are four rows, farther to the back.
    written(path, {"Tumour": [box(2.5, 6.5, 5.5, 9.5, 2)]}, series)
    assert np.array_equal(mask(read(path, series)), boxed(2, slice(3, 6), slice(3, 6)))


# ---- broken files ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "data",
    ["", "1\\2\\3\\4",  "1\\2\\3\\4\\5\\6\\7\\8\\nan", "1\\2\\3\\4\\5\\inf\\7\\8\\9",
     "1\\2\\3\\4\\x\\6\\7\\8\\9", "1\\2\\3\\4\\1_0\\6\\7\\8\\9", "1e300\\2\\3\\4\\5\\6\\7\\8\\9"],
)  # fmt: skip
def test_points_that_are_none_are_counted(path, series, data):
    made = structures({"Good": [box(2.5, 2.5, 5.5, 5.5, 2)], "Bad": [box(2, 2, 5, 5, 2)]})
    item = made.ROIContourSequence[1].ContourSequence[0]
    item["ContourData"] = pydicom.DataElement(0x30060050, "UT", data)
    raw = save_with_data(made, path)
    found = read(raw, series)
    assert {notice.code: notice.values for notice in found.notices}["contours-left-out"] == {"damaged": 1}
    assert mask(found, 1).sum() == 9


def save_with_data(made, path):
    """Written implicitly, so that text which is no number stands where numbers should."""
    made.file_meta.TransferSyntaxUID = pydicom.uid.ImplicitVRLittleEndian
    return save(made, path)


def test_files_that_hold_nothing_to_draw_are_refused(path, series, tmp_path):
    cases = {
        "no region": {},
        "none of the contours": {"Point": [("POINT", [(1, 1, 1)], "")]},
        "none of the contours encloses": {"Far": [box(2, 2, 5, 5, 90)]},
    }
    for words, regions in cases.items():
        written(path, regions)
        with pytest.raises(ValueError, match=words):
            read(path, series)
    with pytest.raises(ValueError, match="cannot be read"):
        read(tmp_path / "absent.dcm", series)
    with pytest.raises(ValueError, match="no RT Structure Set"):
        read(series.instances[0].path, series)
    made = structures({"One": [box(2, 2, 5, 5, 1)], "Two": []})
    made.StructureSetROISequence[1].ROINumber = 11
    with pytest.raises(ValueError, match="region number"):
        read(save(made, path), series)
    written(path, {"One": [box(2, 2, 5, 5, 1)]})
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ValueError, match=r"damaged|no region|none of"):
        read(path, series)


def test_files_that_hold_too_much_are_refused(path, series, monkeypatch):
    written(path, {"One": [box(2, 2, 5, 5, 1), box(3, 3, 5, 5, 1)], "Two": [box(2, 2, 5, 5, 1)]})
    for module, name, limit, words in (
        (rtstruct_file, "MOST_REGIONS", 1, "2 regions"),
        (rtstruct_file, "MOST_CONTOURS", 2, "3 contours"),
        (rtstruct_fill, "_MOST_CROSSINGS", 3, "too often"),
        (rtstruct_fill, "_MOST_PIXELS", 3, "too many pixels"),
        (overlapping, "_LARGEST", 2, "too many ways"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, limit)
            with pytest.raises(ValueError, match=words):
                read(path, series)


def test_a_contour_of_many_points_takes_seconds(path, series):
    angle = np.linspace(0, 2 * np.pi, 200_000, endpoint=False)
    zigzag = 3 + 4 * (np.arange(200_000) % 2)
    points = np.stack(
        [10 + zigzag * np.cos(angle), 8 + zigzag * np.sin(angle), np.full_like(angle, 2)], axis=1
    )
    made = structures({"Noise": [box(2, 2, 5, 5, 2)]})
    data = "\\".join(f"{value:.6g}" for point in points for value in lps(*point))
    made.ROIContourSequence[0].ContourSequence[0]["ContourData"] = pydicom.DataElement(0x30060050, "UT", data)
    save_with_data(made, path)
    start = time.monotonic()
    found = read(path, series)
    assert time.monotonic() - start < 5
    assert mask(found).any()


@pytest.mark.parametrize("at_once", [1, 7, 1000])
def test_filling_in_parts_gives_the_same(monkeypatch, at_once):
    generator = np.random.default_rng(at_once)
    polygons = [generator.uniform(-5, 45, (30, 2)) for _ in range(3)]
    whole = filled(polygons)
    monkeypatch.setattr(rtstruct_fill, "_AT_ONCE", at_once)
    assert np.array_equal(filled(polygons), whole)
    expected = np.zeros(whole.shape, np.bool_)
    for j, i in np.ndindex(*whole.shape):
        expected[j, i] = sum(crossings(polygon, i, j) for polygon in polygons) % 2 == 1
    assert np.array_equal(whole, expected)


def filled(polygons):
    plane = np.zeros((32, 40), np.bool_)
    where, inside = rtstruct_fill.Filler(plane.shape).fill(polygons)
    plane[where] = inside
    return plane


def crossings(polygon, i, j):
    """Edges to the left of a point, one after the other."""
    count = 0
    for (x0, y0), (x1, y1) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if (y0 <= j) != (y1 <= j):
            count += bool(x0 + (j - y0) * (x1 - x0) / (y1 - y0) < i)
    return count


# ---- real files -----------------------------------------------------------------------------------------
def test_an_experts_contours_of_a_chest(shared_data):
    found = collect([shared_data / "dicom" / "onko-thorax-ct-rt"]).series
    (file,) = [series for series in found if series.kind == "structures"]
    (source,) = [series for series in found if series.kind == "volume"]
    seen = read(file.instances[0].path, source)
    assert codes(seen) == {"regions-overlap"}
    assert [label.name for label in seen.segmentation.labels][:4] == ["LUNGS", "LUNG_R", "LUNG_L", "HEART"]
    areas = polygon_millilitres(file.instances[0].path, source.geometry.steps[2])
    for measured in measure(seen.segmentation, load_volume(source)):
        assert measured.volume_ml == pytest.approx(areas[measured.label.name], rel=0.01)


def polygon_millilitres(path, step):
    """By the shoelace formula; contours within others count as holes."""
    dataset = pydicom.dcmread(path)
    names = {item.ROINumber: item.ROIName for item in dataset.StructureSetROISequence}
    found = {}
    for item in dataset.ROIContourSequence:
        outlines = [np.array(c.ContourData, float).reshape(-1, 3) for c in item.ContourSequence]
        total = 0.0
        for points in outlines:
            x, y = points[:, 0], points[:, 1]
            area = abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
            same = [o for o in outlines if o is not points and abs(o[0, 2] - points[0, 2]) < 0.1]
            inside = sum(crossings(o[:, :2], *points[0, :2]) % 2 for o in same)
            total += area if inside % 2 == 0 else -area
        found[names[item.ReferencedROINumber]] = total * step / 1000
    return found
