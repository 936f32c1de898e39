"""The fourteen findings of NIH ChestX-ray14, in the order of the network's outputs."""

from __future__ import annotations

from dataclasses import dataclass

from medapp.domain.segmentation import Code


@dataclass(frozen=True, slots=True)
class Kind:
    """One finding; `key` is the word that the labels use."""

    key: str
    title: str
    code: Code


KINDS = (
    Kind("Atelectasis", "Atelectasis", Code("46621007", "SCT", "Atelectasis")),
    Kind("Cardiomegaly", "Cardiomegaly", Code("8186001", "SCT", "Cardiomegaly")),
    Kind("Effusion", "Pleural effusion", Code("60046008", "SCT", "Pleural effusion")),
    Kind("Infiltration", "Infiltration", Code("409609008", "SCT", "Radiologic infiltrate of lung")),
    Kind("Mass", "Mass", Code("309529002", "SCT", "Lung mass")),
    Kind("Nodule", "Nodule", Code("786838002", "SCT", "Nodule of lung")),
    Kind("Pneumonia", "Pneumonia", Code("233604007", "SCT", "Pneumonia")),
    Kind("Pneumothorax", "Pneumothorax", Code("36118008", "SCT", "Pneumothorax")),
    Kind("Consolidation", "Consolidation", Code("95436008", "SCT", "Lung consolidation")),
    Kind("Edema", "Pulmonary edema", Code("19242006", "SCT", "Pulmonary edema")),
    Kind("Emphysema", "Emphysema", Code("87433001", "SCT", "Pulmonary emphysema")),
    Kind("Fibrosis", "Fibrosis", Code("51615001", "SCT", "Fibrosis of lung")),
    Kind("Pleural_Thickening", "Pleural thickening", Code("RID34771", "RADLEX", "Pleural thickening")),
    Kind("Hernia", "Hernia", Code("39839004", "SCT", "Diaphragmatic hernia")),
)
KEYS = tuple(one.key for one in KINDS)
NOTHING = "No Finding"
YOUNGEST = 18
"""Years; younger patients are left out of training and refused afterwards."""
