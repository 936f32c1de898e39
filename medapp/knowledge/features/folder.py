"""What was fitted on training patients as a folder: read back exactly, or refused with a sentence.

``features.json`` names the parts with their sha256; ``plan.json`` the variables, codes and windows,
``embedding.safetensors`` the vectors of codes, ``rules.json`` the rules of quality with their numbers,
``columns.json`` what each column means. See docs/features.md.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from medapp.knowledge.features.columns import Column
from medapp.knowledge.features.embedding import CodeEmbedding
from medapp.knowledge.features.folder_parts import FeatureFolderError, json_of, plan_from, plan_to
from medapp.knowledge.features.pipeline import FeaturePipeline
from medapp.knowledge.quality.frames import FittedRules
from medapp.knowledge.quality.rules_file import NOTICE, RulesError, from_text, to_text

FORMAT: Final = "medapp features"
VERSION: Final = 1
MANIFEST: Final = "features.json"
PLAN: Final = "plan.json"
EMBEDDING: Final = "embedding.safetensors"
RULES: Final = "rules.json"
COLUMNS: Final = "columns.json"
PARTS: Final = (COLUMNS, EMBEDDING, PLAN, RULES)
_MOST_BYTES: Final = 256 << 20


def write_folder(made: FeaturePipeline, folder: Path) -> str:
    """Write a folder whole, in place of what lies there.

    Returns:
        The sha256 of all parts together, to be kept beside a model that was fitted on these features.

    Raises:
        OSError: Where it cannot be written; what lay there stays.
    """
    parts = _parts(made)
    sums = {name: _sha256(parts[name]) for name in PARTS}
    listed = {name: {"sha256": sums[name], "bytes": len(parts[name])} for name in PARTS}
    whole = _whole(sums)
    manifest = {"format": FORMAT, "version": VERSION, "notice": NOTICE, "sha256": whole, "parts": listed}
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        new, old = scratch / "new", scratch / "old"
        new.mkdir()
        for name, content in parts.items():
            (new / name).write_bytes(content)
        (new / MANIFEST).write_bytes(_json(manifest))
        if folder.exists():
            folder.replace(old)
        try:
            new.replace(folder)
        except OSError:
            if old.exists():
                old.replace(folder)
            raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return whole


def read_folder(folder: Path) -> tuple[FeaturePipeline, str]:
    """Read what `write_folder` wrote, and its sha256; nothing that the files say is run.

    Raises:
        OSError: Where a file cannot be read.
        FeatureFolderError: Where it is none, a part is missing or was changed, or it is of another version.
    """
    manifest = json_of(_bytes(folder, MANIFEST, f"{folder.name} holds no features"), MANIFEST)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        message = f"{MANIFEST} does not say that it describes features"
        raise FeatureFolderError(message)
    if manifest.get("version") != VERSION:
        message = f"the features are of version {manifest.get('version')!r}, this program reads {VERSION}"
        raise FeatureFolderError(message)
    parts, sums = {}, {}
    listed = manifest.get("parts")
    for name in PARTS:
        parts[name] = _bytes(folder, name, "the features are not whole")
        sums[name] = _sha256(parts[name])
        said = listed.get(name) if isinstance(listed, dict) else None
        if not isinstance(said, dict) or said.get("sha256") != sums[name]:
            message = f"{name} is not as it was written: its sha256 is not the one that {MANIFEST} says"
            raise FeatureFolderError(message)
    if manifest.get("sha256") != _whole(sums):
        message = f"{MANIFEST} is not as it was written: its sha256 is not that of its parts"
        raise FeatureFolderError(message)
    return _made(parts), _whole(sums)


def _parts(made: FeaturePipeline) -> dict[str, bytes]:
    from safetensors.numpy import save

    columns = [asdict(one) for one in made.columns]
    frame = json.loads(made.frame_rules.to_json())
    return {
        PLAN: _json(plan_to(made.plan, made.embedding.codes)),
        EMBEDDING: save({"vectors": made.embedding.vectors.copy(order="C")}),
        RULES: to_text(made.records, frame=frame).encode(),
        COLUMNS: _json(columns),
    }


def _made(parts: dict[str, bytes]) -> FeaturePipeline:
    import numpy as np
    from safetensors import SafetensorError
    from safetensors.numpy import load

    plan, codes = plan_from(json_of(parts[PLAN], PLAN))
    try:
        vectors = load(parts[EMBEDDING])["vectors"]
    except (SafetensorError, KeyError, ValueError) as error:
        message = f"{EMBEDDING} does not hold the vectors of codes"
        raise FeatureFolderError(message) from error
    if vectors.ndim != 2 or len(vectors) != len(codes) or vectors.dtype != np.float64:  # noqa: PLR2004
        message = f"{EMBEDDING} does not hold a vector of each code that {PLAN} names"
        raise FeatureFolderError(message)
    try:
        records = from_text(parts[RULES].decode())
        frame = FittedRules.from_json(json.dumps(json_of(parts[RULES], RULES)["frame"]))
        columns = tuple(Column(**one) for one in json_of(parts[COLUMNS], COLUMNS))
    except (RulesError, TypeError, KeyError, ValueError) as error:
        message = f"{RULES} or {COLUMNS} does not hold what belongs there: {error}"
        raise FeatureFolderError(message) from error
    made = FeaturePipeline(records, plan, CodeEmbedding(codes, vectors), frame)
    if made.columns != columns:
        message = f"{COLUMNS} does not describe the columns that {PLAN} and {RULES} make"
        raise FeatureFolderError(message)
    return made


def _bytes(folder: Path, name: str, what: str) -> bytes:
    try:
        with (folder / name).open("rb") as file:
            found = file.read(_MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        message = f"{what}: there is no {name} in it"
        raise FeatureFolderError(message) from error
    if len(found) > _MOST_BYTES:
        message = f"{name} is too large for features"
        raise FeatureFolderError(message)
    return found


def _json(found: Any) -> bytes:  # noqa: ANN401 - any JSON
    return (json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _whole(sums: dict[str, str]) -> str:
    """Of the parts together: the same however the folder is called and whenever it was written."""
    lines = "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))
    return _sha256(f"{FORMAT} {VERSION}\n{lines}".encode())
