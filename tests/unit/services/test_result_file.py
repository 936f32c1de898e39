"""The numbers of a result, and nothing that is not known."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np

from medapp.domain.notice import Notice
from medapp.domain.segmentation import measure
from medapp.domain.volume import Volume
from medapp.services.result_file import result_report, write_report
from tests.unit.services.segmenting import ct_series, label_map


def test_numbers_are_those_of_the_voxels(tmp_path):
    series = ct_series(tmp_path / "ct")
    segmentation = label_map(series)
    values = np.arange(segmentation.array.size, dtype=np.int16).reshape(segmentation.array.shape)
    volume = Volume(values, series.geometry, "CT", unit="HU", slope=2.0, intercept=-10.0)
    notice = Notice("odd", "An odd thing.", values={"number": math.inf})
    report = result_report(segmentation, measure(segmentation, volume), series, notices=[notice])
    write_report(tmp_path / "result.json", report)
    seen = json.loads((tmp_path / "result.json").read_text())
    liver = seen["labels"][0]
    inside = segmentation.array == 1
    assert (liver["name"], liver["code"], liver["unit"]) == ("Liver", "SCT:10200004", "HU")
    assert liver["voxels"] == inside.sum()
    assert np.isclose(liver["volume_ml"], inside.sum() * 0.25 * 0.5 * 2 / 1000)
    assert np.isclose(liver["mean"], values[inside].mean() * 2 - 10)
    assert seen["series"]["uid"] == series.uid
    assert seen["provenance"]["plugin"] == "test_plugin"
    assert seen["notices"][0]["values"] == {"number": None}
    assert "diagnostic" in seen["warning"]


def test_unknown_is_null(tmp_path):
    series = ct_series(tmp_path / "ct")
    segmentation = label_map(series, provenance=None)
    geometry = replace(series.geometry, units="px")
    volume = Volume(np.zeros(segmentation.array.shape, np.int16), geometry)
    report = result_report(
        segmentation, measure(replace(segmentation, geometry=geometry), volume), None, edited=True
    )
    write_report(tmp_path / "result.json", report)
    seen = json.loads((tmp_path / "result.json").read_text())
    assert seen["labels"][0]["volume_ml"] is None
    assert seen["labels"][0]["unit"] is None
    assert seen["provenance"] is None
    assert seen["series"] is None
    assert seen["edited_by_hand"] is True
