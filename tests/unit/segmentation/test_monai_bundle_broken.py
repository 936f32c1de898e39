"""Bundles that cannot be run: every one has a reason a user understands, and nothing leaves its folder."""

import json
import stat
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from medapp.api import SegmentRequest
from medapp.domain.geometry import Geometry
from medapp.domain.volume import Volume
from medapp_segmentation import hooks
from medapp_segmentation.monai_bundle.labels import KNOWN, label_for, normal_name
from medapp_segmentation.monai_bundle.source import BundleError, read_texts, unpacked
from tests.unit.segmentation import bundles
from tests.unit.segmentation.phantoms import Context


def reason(path, image=None, modality="CT", **parameters):
    """The reason of the check, which running repeats."""
    image = image or bundles.blob_volume()[0]
    request = SegmentRequest("monai.bundle", image, modality, {"bundle": str(path), **parameters})
    check = hooks.medapp_check_input(request)
    assert not check.ok
    with pytest.raises(BundleError) as caught:
        hooks.medapp_segment(request, Context())
    assert str(caught.value) == check.reason
    return check.reason


def changed(*path, value):
    """The usual metadata with one entry changed."""
    metadata = json.loads(json.dumps(bundles.METADATA))
    table = metadata
    for key in path[:-1]:
        table = table[key]
    if value is None:
        del table[path[-1]]
    else:
        table[path[-1]] = value
    return metadata


IMAGE = ("network_data_format", "inputs", "image")
PRED = ("network_data_format", "outputs", "pred")


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        (changed("network_data_format", value=None), "lacks the table 'network_data_format'"),
        (changed(*IMAGE, "num_channels", value=4), "several images"),
        (changed(*IMAGE, "spatial_shape", value=[64, 64]), "2-dimensional"),
        (changed(*IMAGE, "modality", value="MRI"), "takes MR, this is CT"),
        (changed(*PRED, "format", value="probabilities"), "gives probabilities, not a segmentation"),
        (changed(*PRED, "channel_def", value=None), "names no class"),
        (changed(*PRED, "channel_def", value={"a": "spleen"}), "channel_def maps"),
    ],
)
def test_metadata(tmp_path, metadata, words):
    assert words in reason(bundles.write_bundle(tmp_path / "b", metadata=metadata))


def test_configuration(tmp_path):
    folder = bundles.write_bundle(tmp_path / "b")
    path = folder / "configs" / "inference.json"
    document = bundles.config()
    del document["preprocessing"]
    path.write_text(json.dumps(document))
    assert "lacks 'preprocessing'" in reason(folder)
    path.write_text(json.dumps(bundles.config(before=({"_target_": "no_such_package.Thing"},))))
    assert "runs code of its own" in reason(folder)
    assert "not installed: no_such_package" in reason(folder, trusted=True)
    path.write_text("{ not json")
    assert "cannot be read" in reason(folder)
    path.write_text("[]")
    assert "not a table" in reason(folder)
    path.unlink()
    assert "no inference configuration" in reason(folder)


def test_files(tmp_path):
    assert "there is no bundle at" in reason(tmp_path / "absent")
    (tmp_path / "empty").mkdir()
    assert "no MONAI bundle" in reason(tmp_path / "empty")
    (tmp_path / "file.zip").write_bytes(b"no zip")
    assert "neither a folder nor a readable zip" in reason(tmp_path / "file.zip")
    assert "carries no weights" in reason(bundles.write_bundle(tmp_path / "b", state=False))
    assert reason("  ") == "needs the folder or zip file of a MONAI bundle"


def test_build_errors_name_missing_packages(tmp_path):
    metadata = {**bundles.METADATA, "required_packages_version": {"surely-not-there": "1.2", "numpy": "2"}}
    document = bundles.config(before=({"_target_": "Spacingd", "keys": "image", "no_such": 1},))
    folder = bundles.write_bundle(tmp_path / "b", document, metadata)
    request = SegmentRequest("monai.bundle", bundles.blob_volume()[0], "CT", {"bundle": str(folder)})
    with pytest.raises(BundleError, match=r"'preprocessing' .* cannot be built: .*no_such.*") as caught:
        hooks.medapp_segment(request, Context())
    assert "not installed: surely-not-there 1.2" in str(caught.value)


def test_images_it_cannot_take(tmp_path):
    folder = bundles.write_bundle(tmp_path / "b")
    image, _ = bundles.blob_volume()
    assert "spacing" in reason(folder, replace(image, geometry=replace(image.geometry, units="px")))
    assert "orientation" in reason(folder, replace(image, geometry=replace(image.geometry, oriented=False)))
    assert "parallel slices" in reason(folder, replace(image, geometry=Geometry.unknown((30, 44, 52))))
    colour = Volume(np.zeros((4, 8, 8, 3), np.uint8), Geometry.from_parts((4, 8, 8), (0, 0, 0), (1, 1, 1)))
    assert "colour" in reason(folder, colour)


def packed(tmp_path, name, content=b"x", mode=stat.S_IFREG | 0o644):
    """A sound bundle in a zip file, and one member more."""
    target = bundles.zipped(bundles.write_bundle(tmp_path / "b"), tmp_path / "b.zip")
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, content)
    return target


@pytest.mark.parametrize(
    "name", ["../evil.py", "bundle/../../evil.py", "/evil.py", "C:/evil.py", "a\\..\\evil"]
)
def test_zip_members_outside_the_folder(tmp_path, name):
    target = packed(tmp_path, name)
    assert "would be written outside" in reason(target)
    with pytest.raises(BundleError, match="not safe"):
        unpacked(target, tmp_path / "scratch", lambda: None)
    assert not list(tmp_path.rglob("evil*"))


def test_zip_links_and_bombs(tmp_path):
    (tmp_path / "1").mkdir()
    link = packed(tmp_path / "1", "bundle/link", b"/etc/passwd", stat.S_IFLNK | 0o777)
    assert "is a link" in reason(link)
    (tmp_path / "2").mkdir()
    bomb = packed(tmp_path / "2", "bundle/zeros", bytes(300 << 20))
    assert "unpacks to far more" in reason(bomb)


def test_zip_with_its_folder_below_others(tmp_path):
    folder = bundles.write_bundle(tmp_path / "b")
    target = bundles.zipped(folder, tmp_path / "b.zip", "download/v1/spleen/")
    assert read_texts(target).files == read_texts(folder).files
    root = unpacked(target, tmp_path / "scratch", lambda: None)
    assert (root / "models" / "model.pt").read_bytes() == (folder / "models" / "model.pt").read_bytes()


def test_estimate_knows_the_classes(tmp_path):
    image, _ = bundles.blob_volume()
    many = changed(*PRED, "channel_def", value={str(n): f"thing {n}" for n in range(105)})
    sizes = []
    for number, metadata in enumerate((bundles.METADATA, many)):
        folder = bundles.write_bundle(tmp_path / str(number), metadata=metadata)
        request = SegmentRequest("monai.bundle", image, "CT", {"bundle": str(folder)})
        sizes.append(hooks.medapp_estimate_resources(request).memory_bytes)
    assert sizes[1] - sizes[0] == image.array.size * 8 * 103


def test_names_and_codes():
    from pydicom.sr._concepts_dict import concepts

    standard = {code for table in concepts["SCT"].values() for code in table}
    sided = {code for name, (code, _) in KNOWN.items() if name.startswith(("left", "right"))}
    assert {code for code, _ in KNOWN.values()} - sided <= standard
    assert normal_name("Kidney_Left") == normal_name("left-kidney") == "left kidney"
    assert label_for(3, "lungs").code.value == "39607008"
    one, other = label_for(1, "odd thing"), label_for(7, "Odd_Thing")
    assert one.code.value == other.code.value
    assert one.code.scheme == "99MEDAPP"
    assert len({label_for(value, "x").color for value in range(1, 40)}) == 39
