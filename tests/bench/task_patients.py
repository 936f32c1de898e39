"""Patients to ask models about, in files as somebody would import them; made up but for the X-ray.

The X-ray is one of the folder of real data where that is at hand, else drawn.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.bench.data import ct_series, scratch
from tests.bench.harness import ROOT, is_short

SMILES = """CC(=O)Oc1ccccc1C(=O)O aspirin
CC(C)Cc1ccc(cc1)C(C)C(=O)O ibuprofen
CC(=O)Nc1ccc(O)cc1 paracetamol
CN1CCCC1c1cccnc1 nicotine
CN1C=NC2=C1C(=O)N(C(=O)N2C)C caffeine
CC(C)NCC(O)COc1cccc2ccccc12 propranolol
CN(C)CCCN1c2ccccc2CCc2ccccc21 imipramine
COc1ccc2[nH]c(S(=O)Cc3ncc(C)c(OC)c3C)nc2c1 omeprazole
CC(=O)CC(c1ccccc1)c1c(O)c2ccccc2oc1=O warfarin
CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc21 diazepam
CCCCc1nc(Cl)c(CO)n1Cc1ccc(cc1)-c1ccccc1-c1nnn[nH]1 losartan
CNCCC(Oc1ccc(cc1)C(F)(F)F)c1ccccc1 fluoxetine
"""
TERMS = {
    "HP:0001166": "Arachnodactyly",
    "HP:0001083": "Ectopia lentis",
    "HP:0002616": "Aortic root aneurysm",
    "HP:0000098": "Tall stature",
    "HP:0002650": "Scoliosis",
    "HP:0000545": "Myopia",
    "HP:0000767": "Pectus excavatum",
}


def chest_ct() -> Path:
    """A CT of a chest with lungs."""
    return ct_series(scratch(), 12 if is_short() else 80, rows=512, columns=512)


def chest_xray() -> Path:
    """A folder with a chest X-ray of an adult."""
    from tests.unit.classification import xray

    named = os.environ.get("MEDAPP_SHARED")
    shared = Path(named) if named else ROOT.parent / "shared" / "data"
    found = sorted((shared / "dicom" / "cxr-nih14-256px").glob("*.jpg"))
    image = xray.drawn()
    if found:
        import numpy as np
        from PIL import Image

        image = np.asarray(Image.open(found[0]).convert("L"))
    return xray.write_dicom(scratch() / "xray" / "chest.dcm", image, PatientBirthDate="19700101").parent


def phenopacket() -> Path:
    """A file of a patient with seven phenotype terms."""
    packet = {
        "id": "bench",
        "subject": {
            "id": "bench",
            "sex": "FEMALE",
            "timeAtLastEncounter": {"age": {"iso8601duration": "P23Y"}},
        },
        "phenotypicFeatures": [
            {"type": {"id": code, "label": label}, "excluded": False} for code, label in TERMS.items()
        ],
        "metaData": {
            "created": "2026-01-01T00:00:00Z",
            "createdBy": "bench",
            "resources": [],
            "phenopacketSchemaVersion": "2.0",
        },
    }
    path = scratch() / "phenopacket" / "case.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(packet), encoding="utf-8")
    return path


def own_classifier() -> Path:
    """A folder with a classifier that looks into a picture for a long time: by covering parts of it."""
    from tests.unit.classification import imports, onnx_files

    size = 256 if is_short() else 1024
    text = imports.changed(input={"size": [size, size]})
    return imports.write(scratch() / "own", text, onnx_files.bright(shape=("n", 1, size, size)))


def molecules() -> Path:
    """A file of well-known medicines as SMILES; the same again under other names, to last some seconds."""
    path = scratch() / "molecules.smi"
    rounds = 1 if is_short() else 4
    lines = [f"{line}-{number}" for number in range(rounds) for line in SMILES.splitlines()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
