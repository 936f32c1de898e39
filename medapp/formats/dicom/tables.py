"""Modality and VOI lookup tables (PS3.3 C.11.1, C.11.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.domain.volume import LookupTable
from medapp.formats.dicom import heavy
from medapp.formats.dicom.color import lut_descriptor
from medapp.formats.dicom.text import decode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.formats.dicom.elements import Item

_DESCRIPTOR_BYTES: Final = 6
_BITS: Final = range(8, 17)
_UNITS: Final = {"HU": "HU", "OD": "mOD"}


def modality_table(found: Item, *, little: bool, signed: bool) -> tuple[LookupTable, str | None] | None:
    """The modality LUT and the unit of what it gives, None where the file has none that can be used."""
    table = _first(found, heavy.MODALITY_LUTS, little=little, signed=signed)
    if table is None:
        return None
    items = found[heavy.MODALITY_LUTS]
    kind = items[0].get(heavy.MODALITY_LUT_TYPE) if isinstance(items, tuple) else None
    return table, _UNITS.get(decode(kind, b"").strip()) if isinstance(kind, bytes) else None


def voi_table(found: Item, *, little: bool, signed: bool) -> LookupTable | None:
    """The first VOI LUT; its input are real values (signed where those may be negative)."""
    return _first(found, heavy.VOI_LUTS, little=little, signed=signed)


def apply_table(values: NDArray[Any], table: LookupTable) -> NDArray[np.uint16]:
    """Look values up; smaller ones take the first entry, larger ones the last."""
    index = np.clip(values.astype(np.int64) - table.first, 0, len(table.data) - 1)
    looked_up: NDArray[np.uint16] = table.data[index]
    return looked_up


def _first(found: Item, tag: int, *, little: bool, signed: bool) -> LookupTable | None:
    items = found.get(tag)
    if not isinstance(items, tuple) or not items:
        return None
    descriptor, raw = items[0].get(heavy.LUT_DESCRIPTOR), items[0].get(heavy.LUT_DATA)
    if not isinstance(descriptor, bytes) or len(descriptor) < _DESCRIPTOR_BYTES or not isinstance(raw, bytes):
        return None
    count, first, bits = lut_descriptor(descriptor, little=little, signed=signed)
    data = _entries(raw, count, bits, little=little)
    if data is None or bits not in _BITS:
        return None
    name = items[0].get(heavy.LUT_EXPLANATION)
    return LookupTable(first, data, bits, decode(name, b"").strip() if isinstance(name, bytes) else "")


def _entries(raw: bytes, count: int, bits: int, *, little: bool) -> NDArray[np.uint16] | None:
    if len(raw) >= 2 * count:
        return np.frombuffer(raw[: 2 * count], "<u2" if little else ">u2").astype(np.uint16)
    if bits == 8 and len(raw) >= count:  # noqa: PLR2004 - entries of a byte
        return np.frombuffer(raw[:count], np.uint8).astype(np.uint16)
    return None
