"""A folder of labelled drawn chest X-rays, with a table as ChestX-ray14 has it."""

import csv

import numpy as np
from PIL import Image

from medapp_classification.cxr_findings.findings import KEYS
from tests.unit.classification import xray

COLUMNS = ("file", "findings", "patient", "age", "sex", "view")


def rows(count=40, seed=0):
    """Rows of a table, two pictures a patient; see `draw` for what is drawn of the findings."""
    random = np.random.default_rng(seed)
    made = []
    for number in range(count):
        found = [key for key in KEYS if random.random() < 0.35]
        made.append(
            {
                "file": f"{number:04d}.png",
                "findings": "|".join(found) or "No Finding",
                "patient": str(number // 2 + 1),
                "age": str(30 + number),
                "sex": "MF"[number // 2 % 2],
                "view": ("PA", "AP")[number % 3 == 0],
            }
        )
    return made


def draw(folder, table):
    """Write the pictures of a table: a large heart for Cardiomegaly, a spot for Nodule, no other finding."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, row in enumerate(table):
        found = row["findings"].split("|")
        heart = 0.24 if "Cardiomegaly" in found else 0.15
        image = xray.drawn(number, 96, spot="Nodule" in found, heart=heart)
        path = folder / row["file"]
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(path)
    return folder


def write_table(folder, table, columns=COLUMNS):
    """Write ``labels.csv``."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(table)
    return folder


def whole(folder, count=40, seed=0):
    """Pictures and table."""
    table = rows(count, seed)
    return write_table(draw(folder, table), table)
