"""A small ontology and published cases of diseases that nobody has, for the tests of rare.disease."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from medapp.api.testing import TrialContext
from medapp.domain.record import Entry, Person, Record
from medapp.formats.phenopackets import read

if TYPE_CHECKING:
    from pathlib import Path

ORGANS = ("eye", "ear", "heart", "skin", "bone", "liver", "brain", "hand")
KINDS = 6
DISEASES = 8
RELEASE = "2031-04-05"


def term(organ: int, kind: int) -> str:
    """Id of a kind of abnormality of an organ; kind 0 is the organ's own, above all its kinds."""
    return f"HP:{1000 + organ * 10 + kind:07d}"


def obo() -> str:
    """The ontology: organs, kinds of each below it; an old id, an obsolete term, an outsider."""
    blocks = [
        "format-version: 1.2\ndata-version: hp/releases/" + RELEASE + "\nontology: hp.obo",
        "[Term]\nid: HP:0000001\nname: All",
        "[Term]\nid: HP:0000118\nname: Phenotypic abnormality\nis_a: HP:0000001 ! All",
        "[Term]\nid: HP:0000005\nname: Mode of inheritance\nis_a: HP:0000001 ! All",
        "[Term]\nid: HP:0000006\nname: Autosomal dominant\nis_a: HP:0000005 ! Mode of inheritance",
        f"[Term]\nid: HP:0009001\nname: obsolete Squint of old\nis_obsolete: true\nreplaced_by: {term(0, 2)}",
        "[Term]\nid: HP:0009002\nname: obsolete and gone\nis_obsolete: true",
    ]
    for organ, name in enumerate(ORGANS):
        blocks.append(
            f"[Term]\nid: {term(organ, 0)}\nname: Abnormal {name}\nis_a: HP:0000118 ! Phenotypic abnormality"
        )
        for kind in range(1, KINDS + 1):
            old = "\nalt_id: HP:0008888" if (organ, kind) == (1, 1) else ""
            blocks.append(
                f"[Term]\nid: {term(organ, kind)}\nname: {name} sign {kind}{old}\n"
                f"is_a: {term(organ, 0)} ! Abnormal {name}"
            )
    blocks.append("[Typedef]\nid: part_of\nname: part of")
    return "\n\n".join(blocks) + "\n"


def packet(
    name: str,
    present: tuple[str, ...],
    *,
    excluded: tuple[str, ...] = (),
    disease: str = "",
    gene: str = "",
    position: int = 1,
    zygosity: str = "heterozygous",
    paper: str = "PMID:1",
    status: str = "CAUSATIVE",
    sex: str = "FEMALE",
    age: str = "P7Y",
) -> dict[str, Any]:
    """A phenopacket as the program reads it."""
    features: list[dict[str, Any]] = [{"type": {"id": one, "label": f"words of {one}"}} for one in present]
    features += [{"type": {"id": one}, "excluded": True} for one in excluded]
    found: dict[str, Any] = {
        "id": name,
        "subject": {"id": name, "sex": sex, "timeAtLastEncounter": {"age": {"iso8601duration": age}}},
        "phenotypicFeatures": features,
        "metaData": {
            "created": "2030-01-01T00:00:00Z",
            "createdBy": "nobody",
            "resources": [],
            "phenopacketSchemaVersion": "2.0",
            "externalReferences": [{"id": paper}],
        },
    }
    if disease:
        found["diseases"] = [{"term": {"id": disease, "label": f"Name of {disease}"}}]
        found["interpretations"] = [
            {
                "id": "i",
                "progressStatus": "SOLVED",
                "diagnosis": {
                    "disease": {"id": disease, "label": f"Name of {disease}"},
                    "genomicInterpretations": [_variant(name, gene, position, zygosity, status)],
                },
            }
        ]
    return found


def _variant(name: str, gene: str, position: int, zygosity: str, status: str) -> dict[str, Any]:
    return {
        "subjectOrBiosampleId": name,
        "interpretationStatus": status,
        "variantInterpretation": {
            "variationDescriptor": {
                "id": "v",
                "geneContext": {"valueId": "HGNC:1", "symbol": gene},
                "vcfRecord": {
                    "genomeAssembly": "hg38",
                    "chrom": "chr1",
                    "pos": position,
                    "ref": "A",
                    "alt": "G",
                },
                "allelicState": {"id": "GENO:0000135", "label": zygosity},
            }
        },
    }


def disease_id(number: int) -> str:
    """``OMIM:900003``."""
    return f"OMIM:{900000 + number}"


def typical(number: int) -> tuple[str, ...]:
    """Terms of a disease: of three organs, two diseases share two organs."""
    return tuple(term((number + step) % len(ORGANS), 1 + (number + step) % KINDS) for step in range(3))


def cases(*, papers: int = 3, each: int = 3, seed: int = 1) -> list[dict[str, Any]]:
    """Cases of all diseases: two or three of the typical terms each, sometimes one of another organ."""
    random = np.random.default_rng(seed)
    found = []
    for number in range(DISEASES):
        terms = typical(number)
        for paper in range(papers):
            for one in range(each):
                missing = int(random.integers(0, 4))
                present = [name for place, name in enumerate(terms) if place != missing]
                if random.random() < 0.3:
                    present.append(term(int(random.integers(len(ORGANS))), 1 + int(random.integers(KINDS))))
                found.append(
                    packet(
                        f"case {number} {paper} {one}",
                        tuple(dict.fromkeys(present)),
                        excluded=(term((number + 5) % len(ORGANS), 1),),
                        disease=disease_id(number),
                        gene=f"GENE{number}",
                        position=1000 * (number + 1) + 10 * (paper % 2),
                        zygosity="homozygous" if number % 2 else "heterozygous",
                        paper=f"PMID:{number}{paper}",
                    )
                )
    return found


def folder(path: Path, packets: list[dict[str, Any]] | None = None) -> Path:
    """A folder to train on: ontology and cases."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "hp.obo").write_text(obo(), encoding="utf-8")
    lines = "\n".join(json.dumps(one) for one in (cases() if packets is None else packets))
    (path / "packets.ndjson").write_text(lines + "\n", encoding="utf-8")
    return path


def record_of(one: dict[str, Any], path: Path) -> Record:
    """A packet as the program's reader makes a record of it."""
    path.mkdir(parents=True, exist_ok=True)
    file = path / "packet.json"
    file.write_text(json.dumps(one), encoding="utf-8")
    found = list(read(file, file.name))
    return Record(
        tuple(item for item in found if isinstance(item, Person)),
        tuple(item for item in found if isinstance(item, Entry)),
    )


def context(path: Path, weights: Path | None = None, **options: Any) -> TrialContext:
    """A context with the weights of a folder."""
    path.mkdir(parents=True, exist_ok=True)
    names = ("rare_disease.safetensors", "rare_disease.json")
    files = {} if weights is None else {name: weights / name for name in names}
    return TrialContext(path, weights_files=files, **options)
