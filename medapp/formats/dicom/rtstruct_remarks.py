"""What a reader has to know of how contours became labels, in words and numbers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from medapp.domain.notice import Notice

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from medapp.domain.notice import Severity
    from medapp.domain.patient import Series
    from medapp.formats.dicom.rtstruct_file import Region, StructureSet
    from medapp.formats.dicom.rtstruct_place import Placed

_FEW: Final = 5
_KINDS: Final = {
    "damaged": "damaged",
    "POINT": "points",
    "OPEN_PLANAR": "open lines in a plane",
    "OPEN_NONPLANAR": "open lines",
    "no type": "of no known type",
}
_PLACES: Final = {
    "off_plane": ("contours-off-plane", "Contours that lie on no slice of the images, not drawn"),
    "between": ("contours-between", "Contours between the slices, beside others nearer to them, not drawn"),
    "repeated": ("contours-repeated", "Contours that are in the file twice, drawn once"),
    "outside": (
        "contours-outside",
        "Contours that reach beyond the images; volumes and means are of the part within",
    ),
    "elsewhere": (
        "contours-elsewhere",
        "Contours that name another image than the one they lie on, drawn where they lie",
    ),
}


class Remarks:
    """Counts what happens to regions and their contours."""

    def __init__(self) -> None:
        """Start with nothing to tell."""
        self.empty: list[str] = []
        self.other_frame: list[str] = []
        self._left_out = Counter[str]()
        self._places: dict[str, Counter[str]] = {name: Counter() for name in _PLACES}
        self._gaps = Counter[str]()
        self._whole: list[Notice] = []

    def images(self, source: Series, structures: StructureSet, referenced: Collection[str]) -> None:
        """Tell where the images are not those that the file names."""
        named = structures.instance_uids & {item.sop_instance_uid for item in source.instances}
        if named or source.uid in referenced:
            return
        if structures.instance_uids or referenced:
            message = "The images that the contours were drawn on are not at hand"
        else:
            message = "The contours do not name the images that they were drawn on"
        message += "; they are shown on a series in the same frame of reference."
        self._whole.append(Notice("images-by-place", message))

    def region(self, region: Region, placed: Placed) -> None:
        """Count what is not drawn of a region."""
        self._left_out.update(region.left_out)
        for name, counts in self._places.items():
            counts[region.name] += getattr(placed, name)
        slices = placed.slices
        if slices:
            self._gaps[region.name] += slices[-1] - slices[0] + 1 - len(slices)

    def overlap(self, voxels: int, ways: int) -> None:
        """Tell that regions lie on each other."""
        if voxels:
            message = (
                f"Regions overlap in {voxels} voxels; each is measured whole, the smaller is drawn on top."
            )
            self._whole.append(Notice("regions-overlap", message, "info", {"voxels": voxels, "ways": ways}))

    def notices(self) -> tuple[Notice, ...]:
        """All of it."""
        found = list(self._whole)
        if self._left_out:
            kinds = ", ".join(f"{count} {_KINDS.get(kind, kind)}" for kind, count in self._left_out.items())
            total = self._left_out.total()
            message = f"Contours that enclose no area, not drawn: {total} ({kinds})."
            found.append(Notice("contours-left-out", message, "warning", dict(self._left_out)))
        for name, (code, sentence) in _PLACES.items():
            counts = +self._places[name]
            if counts:
                message = f"{sentence}: {counts.total()} ({_names(list(counts))})."
                found.append(Notice(code, message, "warning", dict(counts)))
        gaps = +self._gaps
        if gaps:
            message = (
                "Slices on which a region has no contour between others that have one; nothing is drawn or"
                f" counted there: {gaps.total()} ({_names(list(gaps))})."
            )
            found.append(Notice("contours-missing", message, "warning", dict(gaps)))
        found += _regions(self.other_frame, "regions-elsewhere", "have another frame of reference", "warning")
        found += _regions(self.empty, "regions-empty", "are named but have no contour", "info")
        return tuple(found)


def _regions(names: Sequence[str], code: str, words: str, severity: Severity) -> list[Notice]:
    if not names:
        return []
    message = f"Regions that {words} are not listed: {_names(names)}."
    return [Notice(code, message, severity, {"regions": list(names)})]


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return ", ".join(names[:_FEW]) + more
