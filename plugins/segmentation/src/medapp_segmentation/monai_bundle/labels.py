"""Labels for the class names of bundles: SNOMED CT where the name is known, else a code of our own."""

from __future__ import annotations

import colorsys
import hashlib
import re

from medapp.domain.segmentation import Code, Label

BACKGROUND = frozenset({"background", "bg", "back ground", "unlabeled", "unlabelled"})
_LONGEST_NAME = 64
_GOLDEN = 0.618034

# Name as bundles write it (lower case, blanks) -> SNOMED CT code and meaning of PS3.16.
KNOWN: dict[str, tuple[str, str]] = {
    "adrenal gland": ("23451007", "Adrenal gland"),
    "left adrenal gland": ("38360001", "Left adrenal gland"),
    "right adrenal gland": ("29392005", "Right adrenal gland"),
    "aorta": ("15825003", "Aorta"),
    "bladder": ("89837001", "Bladder"),
    "bone": ("272673000", "Bone"),
    "brain": ("12738006", "Brain"),
    "colon": ("71854001", "Colon"),
    "duodenum": ("38848004", "Duodenum"),
    "esophagus": ("32849002", "Esophagus"),
    "gallbladder": ("28231008", "Gallbladder"),
    "heart": ("80891009", "Heart"),
    "hippocampus": ("5366008", "Hippocampus"),
    "inferior vena cava": ("64131007", "Inferior vena cava"),
    "kidney": ("64033007", "Kidney"),
    "left kidney": ("18639004", "Left kidney"),
    "right kidney": ("9846003", "Right kidney"),
    "liver": ("10200004", "Liver"),
    "lung": ("39607008", "Lung"),
    "left lung": ("44029006", "Left lung"),
    "right lung": ("3341006", "Right lung"),
    "pancreas": ("15776009", "Pancreas"),
    "prostate": ("41216001", "Prostate"),
    "spinal cord": ("2748008", "Spinal cord"),
    "spleen": ("78961009", "Spleen"),
    "stomach": ("69695003", "Stomach"),
    "thyroid gland": ("69748006", "Thyroid gland"),
    "trachea": ("44567001", "Trachea"),
    "uterus": ("35039007", "Uterus"),
}
_SYNONYMS = {
    "oesophagus": "esophagus",
    "gall bladder": "gallbladder",
    "urinary bladder": "bladder",
    "postcava": "inferior vena cava",
    "thyroid": "thyroid gland",
    "lungs": "lung",
    "kidneys": "kidney",
}


def normal_name(text: str) -> str:
    """Lower case with single blanks, the side in front: ``Kidney_Left`` becomes ``left kidney``."""
    words = re.sub(r"[_\-.,]+", " ", text).lower().split()
    if len(words) > 1 and words[-1] in {"left", "right"}:
        words = [words[-1], *words[:-1]]
    name = " ".join(words)
    side, _, rest = name.partition(" ")
    if side in {"left", "right"}:
        return f"{side} {_SYNONYMS.get(rest, rest)}"
    return _SYNONYMS.get(name, name)


def is_background(name: str) -> bool:
    """Whether a class of this name is nothing."""
    return normal_name(name) in BACKGROUND


def label_for(value: int, name: str) -> Label:
    """The label of a class: value from 1, name as the bundle writes it."""
    shown = (name.strip() or f"Class {value}")[:_LONGEST_NAME]
    known = KNOWN.get(normal_name(name))
    if known is None:
        digest = hashlib.sha256(normal_name(shown).encode()).hexdigest()[:12]
        code = Code(f"B-{digest}", "99MEDAPP", shown)
    else:
        code = Code(known[0], "SCT", known[1])
    return Label(value, shown, code, color_of(value))


def color_of(value: int) -> str:
    """A colour that differs from those of the values near it."""
    hue = (value * _GOLDEN) % 1.0
    lightness = (0.5, 0.62, 0.74)[value % 3]
    red, green, blue = (round(255 * part) for part in colorsys.hls_to_rgb(hue, lightness, 0.65))
    return f"#{red:02x}{green:02x}{blue:02x}"
