"""Texts in the corners of a viewport."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from medapp.ui.reading.measure import length_unit
from medapp.ui.reading.orientation import shown_edges, unknown_text
from medapp.ui.reading.text import tr

if TYPE_CHECKING:
    from medapp.domain.patient import Series
    from medapp.domain.volume import Window
    from medapp.ui.reading.viewport_model import Probe, ViewportModel

LEVELS = ("all", "minimal", "none")
_FEW = 10.0
_APART = "  "
_STRONGEST_T = 25.0


@dataclass(frozen=True)
class Corners:
    """Lines of the four corners, and what is never hidden."""

    top_left: tuple[str, ...] = ()
    top_right: tuple[str, ...] = ()
    bottom_left: tuple[str, ...] = ()
    bottom_right: tuple[str, ...] = ()
    lossy: str = ""
    notices: tuple[str, ...] = ()


def number(value: float) -> str:
    """A value with as many places as it deserves: 1204, 37.5, 2.31."""
    size = abs(value)
    if size >= 1000 or float(value).is_integer():  # noqa: PLR2004
        return f"{value:.0f}"
    return f"{value:.1f}" if size >= _FEW else f"{value:.2f}"


def date_text(raw: str) -> str:
    """DICOM date 20260131 as 2026-01-31; anything else as it stands."""
    return f"{raw[:4]}-{raw[4:6]}-{raw[6:8]}" if len(raw) == 8 and raw.isdigit() else raw  # noqa: PLR2004


def time_text(raw: str) -> str:
    """DICOM time 101530.25 as 10:15:30; anything else as it stands."""
    head = raw.split(".", maxsplit=1)[0]
    return f"{head[:2]}:{head[2:4]}:{head[4:6]}" if len(head) == 6 and head.isdigit() else raw  # noqa: PLR2004


def corners(
    model: ViewportModel, *, level: str = "all", identity: bool = True, probe: Probe | None = None,
    zoom_percent: float | None = None,
) -> Corners:  # fmt: skip
    """All texts of a viewport.

    Args:
        model: What is shown.
        level: ``all``, ``minimal`` (what the picture cannot be read without) or ``none``.
        identity: False blanks who the patient is and where the study was made.
        probe: Under the pointer.
        zoom_percent: Screen pixels per image pixel, times 100.
    """
    series = model.series
    if series is None or model.load is None:
        return Corners()
    lossy = model.volume.lossy
    notices = notice_texts(model)
    if level == "none":
        return Corners(lossy=lossy, notices=notices)
    who = _identity(series) if identity else ()
    where = _study(series, identity=identity)
    what = _series(series)
    view = _view(model, probe, zoom_percent)
    if level == "minimal":
        return Corners(who[:1], (), view, (series.title,), lossy, notices)
    return Corners(who, where, view, what, lossy, notices)


def _kept(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)


def _identity(series: Series) -> tuple[str, ...]:
    patient = series.study.patient
    name = ", ".join(part for part in patient.name.replace("^", " ", 3).split("=")[0].split(" ", 1) if part)
    return _kept(name, patient.id, " · ".join(_kept(date_text(patient.birth_date), patient.sex)))


def _study(series: Series, *, identity: bool) -> tuple[str, ...]:
    study = series.study
    date = series.fact("AcquisitionDate") or study.date
    time = series.fact("AcquisitionTime") or study.time
    when = " ".join(_kept(date_text(date), time_text(time)))
    if not identity:
        return _kept(study.description)
    return _kept(study.institution, study.description, study.accession, when)


def _series(series: Series) -> tuple[str, ...]:
    head = " · ".join(_kept("" if series.number is None else str(series.number), series.title))
    side = " ".join(_kept(series.laterality, series.fact("ViewPosition")))
    contrast = series.fact("ContrastBolusAgent")
    thickness = series.fact("SliceThickness")
    return _kept(
        head,
        side,
        tr("Contrast: {}").format(contrast) if contrast else "",
        tr("Thickness {} mm").format(_trimmed(thickness)) if thickness else "",
        _magnetic(series),
    )


def _magnetic(series: Series) -> str:
    if series.modality != "MR":
        return ""
    facts = [("TR", "RepetitionTime", "ms"), ("TE", "EchoTime", "ms"), ("", "MagneticFieldStrength", "T")]
    parts = [
        f"{name} {_trimmed(series.fact(keyword))} {unit}".strip()
        for name, keyword, unit in facts
        if series.fact(keyword) and not _is_gauss(keyword, series.fact(keyword))
    ]
    return " · ".join(parts)


def _is_gauss(keyword: str, text: str) -> bool:
    """Some scanners write the field in gauss: without a known unit it is not shown."""
    try:
        return keyword == "MagneticFieldStrength" and float(text) > _STRONGEST_T
    except ValueError:
        return False


def _trimmed(text: str) -> str:
    try:
        return number(float(text))
    except ValueError:
        return text


def window_text(window: Window | None, preset: str, unit: str = "") -> str:
    """The window as W and L with their unit, or that the table of the file is used."""
    if window is None:
        return tr("VOI LUT of the file")
    text = f"W {number(window.width)}  L {number(window.center)} {unit}".rstrip()
    return f"{text}  {window.name}" if window.name and preset else text


def _view(model: ViewportModel, probe: Probe | None, zoom_percent: float | None) -> tuple[str, ...]:
    state, grid = model.state, model.grid
    if grid is None:
        return ()
    window = "" if model.volume.is_color else window_text(state.window, state.preset, _window_unit(model))
    if state.inverted:
        window = f"{window}  {tr('inverted')}"
    zoom = "" if zoom_percent is None else tr("Zoom {} %").format(round(zoom_percent))
    place = f"{slice_word(model)} {state.index + 1}/{grid.count}"
    if state.slab_mm > 0:
        place = f"{place} · {tr('MIP {} mm').format(number(state.slab_mm))}"
    found = shown_edges(model)
    unknown = "" if found is None else unknown_text(found)
    # Value and place in two lines: one alone reaches the letter in the middle of the edge.
    return _kept(window, zoom, place, _position(model), unknown, *probe_text(probe).split(_APART))


def _window_unit(model: ViewportModel) -> str:
    """Unit of the window. PET has several: where the file tells none, that is said."""
    unknown = tr("(unit not known)") if model.volume.modality == "PT" else ""
    return model.volume.unit or unknown


def slice_word(model: ViewportModel) -> str:
    """What one step is called."""
    stackable = model.load is not None and model.volume.geometry.stackable
    return tr("Slice") if stackable else tr("Image")


def _position(model: ViewportModel) -> str:
    """Where the slice lies along its normal."""
    middle = model.center_lps()
    grid = model.grid
    if middle is None or grid is None or grid.name == "acquisition":
        return ""
    axis, letters = {"axial": (2, "HF"), "coronal": (1, "PA"), "sagittal": (0, "LR")}[grid.name]
    value = float(middle[axis])
    return f"{letters[0] if value >= 0 else letters[1]} {abs(value):.1f} mm"


def value_text(probe: Probe) -> str:
    """A value with its unit; what has no known unit is called raw."""
    if probe.color is not None:
        return "RGB {} {} {}".format(*probe.color)
    if probe.value is None:
        return "–"
    return f"{number(probe.value)} {probe.unit or tr('raw')}"


def probe_text(probe: Probe | None) -> str:
    """Value and place under the pointer."""
    if probe is None:
        return ""
    text = value_text(probe) + _APART
    if probe.lps is None:
        return f"{text}({int(probe.column + 0.5)}, {int(probe.row + 0.5)}) px"
    x, y, z = probe.lps
    sides = (("L", "R", x), ("P", "A", y), ("H", "F", z))
    where = " ".join(f"{plus if v >= 0 else minus}{abs(v):.1f}" for plus, minus, v in sides)
    return f"{text}{where} mm"


def notice_texts(model: ViewportModel) -> tuple[str, ...]:
    """What the reader has to know before trusting the picture."""
    if model.series is None or model.load is None:
        return ()
    seen: dict[str, str] = {}
    for notice in (*model.series.notices, *model.volume.notices):
        if notice.severity != "info" and notice.code != "lossy":
            seen.setdefault(notice.message, notice.message)
    geometry = model.volume.geometry
    grid = model.grid
    if grid is not None and length_unit(model.volume, grid) == "px" and not _told(model, "spacing"):
        seen.setdefault("spacing", tr("Pixel spacing is not known: lengths in px"))
    if grid is not None and grid.axes is None:
        seen["resampled"] = tr("Resampled along the patient's axes from oblique slices")
    if grid is not None and not grid.acquisition and _told(model, "uneven-spacing", "missing-slices"):
        steps = geometry.slice_positions
        gaps = [abs(b - a) for a, b in pairwise(steps)]
        if gaps:
            seen["uneven"] = tr("Drawn with an even step; real steps are {} to {} mm").format(
                number(min(gaps)), number(max(gaps))
            )
    return tuple(seen.values())


def _told(model: ViewportModel, *codes: str) -> bool:
    notices = (*(model.series.notices if model.series is not None else ()), *model.volume.notices)
    return any(notice.code.startswith(codes) for notice in notices)
