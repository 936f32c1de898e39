"""Lay the contours of an RT Structure Set on the images that they were drawn on, as labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.segmentation import Code, Label, Segmentation
from medapp.formats.dicom.overlapping import OverlappingLabels
from medapp.formats.dicom.rtstruct_file import read_structure_set
from medapp.formats.dicom.rtstruct_fill import Filler
from medapp.formats.dicom.rtstruct_place import Slices
from medapp.formats.dicom.rtstruct_remarks import Remarks
from medapp.formats.dicom.segmentation_read import SegmentationFile

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from pathlib import Path

    from medapp.domain.geometry import Geometry
    from medapp.domain.patient import Series
    from medapp.formats.dicom.rtstruct_file import Region, StructureSet


def read_structures(
    path: Path,
    candidates: Iterable[Series],
    referenced: Collection[str] = (),
    check_cancelled: Callable[[], None] = lambda: None,
) -> tuple[SegmentationFile, Series]:
    """Read a structure set as labels on the grid of its images.

    Closed planar contours are filled on the slice they lie on: pixels whose centre lies in an odd number
    of them belong to the region. Regions may overlap, see `Segmentation.overlaps`.

    Args:
        path: The file.
        candidates: Series that may be its images.
        referenced: Series UIDs that the file refers to.
        check_cancelled: Called between regions; what it raises ends the reading.

    Returns:
        The labels with what was decided or left out on the way, and the images they lie on. Notices:
        ``contours-left-out``, ``contours-off-plane``, ``contours-between``, ``contours-repeated``,
        ``contours-outside``, ``contours-elsewhere``, ``contours-missing``, ``regions-empty``,
        ``regions-elsewhere``, ``regions-overlap``, ``images-by-place``.

    Raises:
        ValueError: Where it cannot be read, none of the candidates are its images, or no contour lies on
            them.
    """
    structures = read_structure_set(path)
    source, geometry = _images_of(structures, candidates, referenced)
    remarks = Remarks()
    remarks.images(source, structures, referenced)
    wanted = _regions(structures, source, geometry, remarks)
    labels = {value: _label(region, value) for value, region in enumerate(wanted, 1)}
    array = OverlappingLabels(geometry.shape, labels)
    slices, filler = Slices(source, geometry), Filler(geometry.shape[1:])
    drawn = 0
    for value, region in enumerate(wanted, 1):
        check_cancelled()
        placed = slices.place(region.contours)
        remarks.region(region, placed)
        for k, polygons in placed.polygons.items():
            array.add(value, k, *filler.fill(polygons))
        drawn += len(placed.polygons)
    if not drawn:
        message = "none of the contours encloses an area on a slice of the images"
        raise ValueError(message)
    segmentation = _segmentation(structures, source, geometry, labels, array, remarks)
    return SegmentationFile(segmentation, remarks.notices()), source


def _segmentation(
    structures: StructureSet,
    source: Series,
    geometry: Geometry,
    labels: dict[int, Label],
    array: OverlappingLabels,
    remarks: Remarks,
) -> Segmentation:
    voxels, overlaps, shared = array.finish()
    remarks.overlap(shared, len(overlaps))
    return Segmentation(
        voxels,
        geometry,
        tuple(labels.values()),
        source.key,
        structures.title,
        source.uid,
        tuple(instance.sop_instance_uid for instance in source.instances),
        overlaps=overlaps,
    )


def _images_of(
    structures: StructureSet, candidates: Iterable[Series], referenced: Collection[str]
) -> tuple[Series, Geometry]:
    """The series that the contours were drawn on, or one that shares its frame of reference.

    Raises:
        ValueError: Where there is none, with the reason.
    """
    found: list[tuple[tuple[float, ...], Series, Geometry]] = []
    at_hand = False
    for series in candidates:
        geometry = series.geometry
        if series.kind != "volume" or geometry is None:
            continue
        at_hand = True
        named = len(structures.instance_uids & {item.sop_instance_uid for item in series.instances})
        if _is_placed(geometry) and any(
            _shares_frame(region, geometry, named=named > 0) for region in structures.regions
        ):
            rank = (-named, series.uid not in referenced, *_misfit(structures, series, geometry))
            found.append((rank, series, geometry))
    if found:
        _, series, geometry = min(found, key=lambda item: item[0])
        return series, geometry
    if at_hand:
        message = "the contours are given in another frame of reference than the images at hand"
    else:
        message = "the images that the contours were drawn on are not in the library"
    raise ValueError(message)


def _is_placed(geometry: Geometry) -> bool:
    return geometry.oriented and geometry.stackable and geometry.units == "mm"


def _shares_frame(region: Region, geometry: Geometry, *, named: bool) -> bool:
    """Whether the coordinates mean the same; where either does not say, the images must be named."""
    one, other = region.frame_of_reference_uid, geometry.frame_of_reference_uid
    return one == other if one and other else named


def _misfit(structures: StructureSet, series: Series, geometry: Geometry) -> tuple[int, float]:
    """How many contours lie on no slice, and how far from it the others are on the mean."""
    contours = [contour for region in structures.regions for contour in region.contours]
    return Slices(series, geometry).misfit(contours)


def _regions(structures: StructureSet, source: Series, geometry: Geometry, remarks: Remarks) -> list[Region]:
    """Regions that can be drawn; the others are told."""
    named = bool(structures.instance_uids & {item.sop_instance_uid for item in source.instances})
    found = []
    for region in structures.regions:
        if not region.contours and not region.left_out:
            remarks.empty.append(region.name)
        elif not _shares_frame(region, geometry, named=named):
            remarks.other_frame.append(region.name)
        else:
            found.append(region)
    return found


def _label(region: Region, value: int) -> Label:
    """The interpreted type stands in the place of the category; a code of its own it has none."""
    category = (Code("", "", region.interpreted),) if region.interpreted else ()
    return Label(value, region.name, region.code, region.color, *category)
