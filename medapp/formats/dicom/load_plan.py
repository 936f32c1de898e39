"""What a series will look like in memory, decided from its first header before any pixel is read."""

from __future__ import annotations

import mmap
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.domain.geometry import Geometry
from medapp.domain.notice import Notice
from medapp.domain.volume import Volume, Window
from medapp.formats.dicom import color, heavy, kinds, meaning, overlays, tables
from medapp.formats.dicom.codecs import format_of
from medapp.formats.dicom.meaning import Rescale
from medapp.formats.dicom.suv import suv_factor
from medapp.formats.dicom.tags import PIXEL_DATA
from medapp.formats.errors import MALFORMED, TOO_LARGE, UnreadableError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.domain.patient import Series
    from medapp.domain.volume import LookupTable
    from medapp.formats.dicom.codecs import PixelFormat
    from medapp.formats.dicom.elements import Item
    from medapp.formats.dicom.header import Header

Slot = tuple[Path, int]
"""File and 0-based frame in it."""

_NO_RESCALE: Final = frozenset(("rescale-invalid", "rescale-missing"))
_LARGE: Final = 8 << 20
_SHARE_OF_FREE: Final = 0.8


@dataclass(frozen=True, eq=False)
class LoadPlan:
    """How stored values become those of the array.

    Attributes:
        dtype: Of the array.
        scale: real = stored * slope + intercept, as most slices state it.
        varies: Slices have rescales of their own: the array then holds real values.
        checked: Every slice must state `scale`.
        as_real: The array holds real values for another reason (32 bits, floating point).
        factor: Further factor to real values (uptake of PET).
        unit: Of real values.
        table: Modality LUT, which takes the place of the rescale.
        palette: Of a PALETTE COLOR series.
        has_overlays: Files carry overlay planes.
    """

    slots: tuple[Slot, ...]
    form: PixelFormat
    dtype: np.dtype[Any]
    scale: Rescale
    is_color: bool = False
    varies: bool = False
    checked: bool = True
    as_real: bool = False
    factor: float = 1.0
    unit: str | None = None
    table: LookupTable | None = None
    palette: color.Palette | None = None
    has_overlays: bool = False
    notices: tuple[Notice, ...] = field(default=())


def plan_for(series: Series, header: Header) -> LoadPlan:
    """Decide how to load a series.

    Raises:
        UnreadableError: ``malformed`` where a palette is damaged.
    """
    form = format_of(header)
    found = heavy.read_heavy(header, lambda tag: heavy.is_table(tag) or heavy.is_overlay(tag))
    slots = slots_of(series)
    has_overlays = any(heavy.is_overlay(tag) for tag in found)
    if form.samples > 1 or form.photometric == "PALETTE COLOR":
        palette = _palette(found, header) if form.samples == 1 else None
        return LoadPlan(
            slots,
            form,
            np.dtype(np.uint8),
            Rescale(),
            is_color=True,
            palette=palette,
            has_overlays=has_overlays,
            notices=_left_out(found, form, little=header.little),
        )
    return _plan_grey(series, header, (slots, form, has_overlays), found)


def _left_out(found: Item, form: PixelFormat, *, little: bool) -> tuple[Notice, ...]:
    """Overlays and tables of the first file that cannot be used."""
    notices = []
    damaged = overlays.damaged_overlays(found, little=little)
    if damaged:
        message = f"Overlays that do not fit their stated size are left out: {damaged}."
        notices.append(Notice("overlay-invalid", message, "warning", {"overlays": damaged}))
    broken = [
        name
        for tag, name, read in (
            (heavy.MODALITY_LUTS, "modality", tables.modality_table),
            (heavy.VOI_LUTS, "VOI", tables.voi_table),
        )
        if tag in found and form.samples == 1 and read(found, little=little, signed=form.signed) is None
    ]
    if broken:
        message = f"A lookup table that cannot be used is left out: {', '.join(broken)}."
        notices.append(Notice("lut-invalid", message, "warning", {"tables": broken}))
    return tuple(notices)


def _palette(found: Item, header: Header) -> color.Palette:
    return color.read_palette(found, little=header.little, signed=header.pixel_representation == 1)


def _plan_grey(
    series: Series,
    header: Header,
    base: tuple[tuple[Slot, ...], PixelFormat, bool],
    found: Item,
) -> LoadPlan:
    slots, form, has_overlays = base
    left_out = _left_out(found, form, little=header.little)
    codes = {notice.code for notice in series.notices}
    modality = tables.modality_table(found, little=header.little, signed=form.signed)
    if modality is not None:
        table, unit = modality[0], meaning.own_unit(header, modality[1])
        kind = np.dtype(np.uint16)
        return LoadPlan(
            slots,
            form,
            kind,
            Rescale(),
            checked=False,
            unit=unit,
            table=table,
            has_overlays=has_overlays,
            notices=left_out,
        )
    unusable = bool(codes & _NO_RESCALE)
    scale = Rescale() if unusable else meaning.rescale(header, slots[0][1])
    factor, notices = 1.0, [*left_out]
    is_pet = header.text("Modality") == "PT" and not kinds.is_of_another_modality(header)
    if is_pet and not unusable:
        uptake, notice = suv_factor(header)
        notices += [notice] if notice is not None else []
        factor = uptake if uptake is not None else 1.0
        scale = Rescale(scale.slope, scale.intercept, "SUVbw") if uptake is not None else scale
    varies = not unusable and ("rescale-varies" in codes or _varies(header))
    as_real = varies or form.bits_allocated > 16 or header.pixel_tag != PIXEL_DATA  # noqa: PLR2004
    return LoadPlan(
        slots,
        form,
        np.dtype(np.float32) if as_real else _grey_type(form),
        scale,
        varies=varies,
        checked=not unusable,
        as_real=as_real,
        factor=factor,
        unit=scale.unit,
        has_overlays=has_overlays,
        notices=tuple(notices),
    )


def _varies(header: Header) -> bool:
    """True where frames of one file state different transformations."""
    groups = header.values.items("PerFrameFunctionalGroupsSequence")
    pairs = {meaning.rescale(header, frame) for frame in range(len(groups))}
    return len(pairs) > 1


def _grey_type(form: PixelFormat) -> np.dtype[Any]:
    if form.bits_allocated <= 8:  # noqa: PLR2004
        return np.dtype(np.int16 if form.signed else np.uint8)
    return form.dtype


def slots_of(series: Series) -> tuple[Slot, ...]:
    """File and frame of every slice of a series; one entry that stands for all frames is spread out."""
    frames = series.geometry.shape[0] if series.geometry is not None else 1
    if len(series.instances) == 1 and series.instances[0].frame is None and frames > 1:
        return tuple((series.instances[0].path, frame) for frame in range(frames))
    return tuple((one.path, one.frame or 0) for one in series.instances)


def empty_volume(series: Series, header: Header, plan: LoadPlan) -> Volume:
    """The volume with nothing in its array yet.

    Raises:
        UnreadableError: ``too-large`` where the pixels do not fit in memory, ``malformed`` without a size.
    """
    geometry = series.geometry or Geometry.unknown((len(plan.slots), header.rows, header.columns))
    if not plan.slots or 0 in geometry.shape:
        raise UnreadableError(MALFORMED, "the series has no pixels")
    shape = (len(plan.slots), *geometry.shape[1:]) + ((3,) if plan.is_color else ())
    found = heavy.read_heavy(header, lambda tag: tag == heavy.VOI_LUTS)
    signed = plan.form.signed or plan.scale.intercept < 0
    in_array = plan.as_real or plan.is_color or plan.table is not None
    instances = series.instances
    uids = tuple(one.sop_instance_uid for one in instances)
    return Volume(
        array=allocate(shape, plan.dtype),
        geometry=geometry,
        modality=series.modality,
        series_key=series.key,
        unit=plan.unit,
        slope=1.0 if in_array else plan.scale.slope * plan.factor,
        intercept=0.0 if in_array else plan.scale.intercept * plan.factor,
        windows=tuple(
            _scaled(window, plan.factor) for window in meaning.windows_of(header, plan.slots[0][1])
        ),
        voi_lut=None if plan.is_color else tables.voi_table(found, little=header.little, signed=signed),
        inverted=not plan.is_color and meaning.is_inverted(header),
        padding=_padding(header, plan),
        overlays={},
        lossy=meaning.lossy_mark(header) or _lossy_words(series),
        failed={},
        notices=plan.notices,
        instance_uids=uids * len(plan.slots) if len(uids) == 1 else uids,
        frame_time_ms=meaning.frame_time_ms(header),
    )


def _lossy_words(series: Series) -> str:
    """Some other slice than the first was compressed with loss."""
    return "lossy" if any(notice.code == "lossy" for notice in series.notices) else ""


def _scaled(window: Window, factor: float) -> Window:
    if factor == 1.0:
        return window
    return Window(window.center * factor, window.width * factor, window.name, window.function)


def _padding(header: Header, plan: LoadPlan) -> tuple[float, float] | None:
    """Padding in values of the array; not known where slices are scaled differently."""
    found = meaning.padding_of(header)
    if found is None or plan.is_color or plan.table is not None or plan.varies:
        return None
    if not plan.as_real:
        return found
    low, high = (value * plan.scale.slope + plan.scale.intercept for value in found)
    return low * plan.factor, high * plan.factor


def allocate(shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Zeros that take memory only as they are written, in huge pages where the system has them.

    Raises:
        UnreadableError: ``too-large`` where free memory does not hold them.
    """
    import psutil

    size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    free = psutil.virtual_memory().available
    if size > free * _SHARE_OF_FREE:
        reason = f"the pixels take {size / 1e9:.1f} GB, {free / 1e9:.1f} GB of memory are free"
        raise UnreadableError(TOO_LARGE, reason)
    if size < _LARGE:
        return np.zeros(shape, dtype)
    return np.frombuffer(_pages(size), dtype).reshape(shape)


def _pages(size: int) -> mmap.mmap:
    if sys.platform == "win32":  # pragma: no cover - it has no flags
        return mmap.mmap(-1, size)
    # Shared memory, which is the default, is given in small pages whatever is advised.
    pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        pages.madvise(mmap.MADV_HUGEPAGE)
    return pages


def overlay_of_frame(header: Header, plan: LoadPlan, frame: int) -> NDArray[np.bool_] | None:
    """The overlays of one frame joined, None where it has none."""
    words = None
    form = plan.form
    in_words = form.bits_allocated == 16 and form.samples == 1  # noqa: PLR2004
    if in_words and frame == 0 and header.pixel_offset is not None:
        from medapp.formats.dicom.native import read_into

        words = np.empty((form.rows, form.columns), "<u2" if header.little else ">u2")
        read_into(header.path, header.pixel_offset, words)
    return overlays.overlay_of(header, (form.rows, form.columns), frame, words)
