"""Classifiers that a user has added: kept by name, offered among the models, run only as was agreed."""

from __future__ import annotations

import hashlib
import json
import tomllib
import zipfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from medapp.api.results import Estimate, InputCheck
from medapp.services.running import TaskChoice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medapp.api.manifest import Manifest, TaskManifest
    from medapp.services.classifying import Target

TASK: Final = "image.import"
FILE: Final = "classifiers.json"
NAMES: Final = ("classifier.toml", "classifier.json")
_MARK: Final = "#"
_MOST_TEXT: Final = 4 << 20
_KEY: Final = 12


class ClassifierError(ValueError):
    """What was chosen cannot be added, or not be run; the text is a sentence for the user."""


@dataclass(frozen=True)
class OwnClassifier:
    """One that was added.

    Attributes:
        key: The same for the same manifest.
        manifest: Path of the file.
        model: Path of the model, a file or a folder.
        images: DICOM modalities; empty for any.
        is_code: Whether its model is code that would run with the rights of the user.
        agreed: SHA-256 of the model whose code the user agreed to run; empty where they did not.
    """

    key: str
    manifest: str
    model: str
    title: str
    version: str = ""
    license: str = ""
    intended_use: str = ""
    card: str = ""
    images: tuple[str, ...] = ()
    is_code: bool = False
    agreed: str = ""

    @property
    def task(self) -> str:
        """The id under which it is asked."""
        return f"{TASK}{_MARK}{self.key}"

    @property
    def is_there(self) -> bool:
        """Whether its files are still where they were."""
        return Path(self.manifest).is_file() and Path(self.model).exists()


# ---- keeping ------------------------------------------------------------------------------------------
def own_classifiers(config: Path) -> tuple[OwnClassifier, ...]:
    """All that were added, by title; a file that cannot be read holds none."""
    try:
        found = json.loads((config / FILE).read_text(encoding="utf-8"))
        kept = [OwnClassifier(**{**one, "images": tuple(one.get("images", ()))}) for one in found]
    except (OSError, ValueError, TypeError, AttributeError):
        return ()
    return tuple(sorted(kept, key=lambda one: (one.title.casefold(), one.key)))


def add(config: Path, chosen: Path) -> OwnClassifier:
    """Keep a classifier: its manifest, or the folder that holds one. None of its model is loaded or run.

    One that was added before is read anew; what was agreed for its model stays.

    Raises:
        ClassifierError: Where there is no manifest, or it names no model that is there.
        OSError: Where the list cannot be written.
    """
    made = _described(_manifest(chosen))
    before = {one.key: one for one in own_classifiers(config)}
    known = before.get(made.key)
    if known is not None:
        made = replace(made, agreed=known.agreed)
    _write(config, (before | {made.key: made}).values())
    return made


def remove(config: Path, key: str) -> None:
    """Take one off the list; its files stay where they are.

    Raises:
        OSError: Where the list cannot be written.
    """
    _write(config, (one for one in own_classifiers(config) if one.key != key))


def agree(config: Path, key: str, *, to_run: bool) -> OwnClassifier:
    """Agree to run the code of a model, as its file is now, or agree no more.

    Raises:
        ClassifierError: Where it was not added, or its files are gone.
        OSError: Where they cannot be read, or the list cannot be written.
    """
    known = {one.key: one for one in own_classifiers(config)}
    one = _known(known, key)
    one = replace(one, agreed=sha256_of(Path(one.model)) if to_run else "")
    _write(config, (known | {key: one}).values())
    return one


def _known(known: Mapping[str, OwnClassifier], key: str) -> OwnClassifier:
    found = known.get(key)
    if found is None:
        message = "this classifier is not on the list any more"
        raise ClassifierError(message)
    if not found.is_there:
        message = f"the files of {found.title} are not where they were: add it again"
        raise ClassifierError(message)
    return found


def _write(config: Path, found: Any) -> None:  # noqa: ANN401 - any iterable of them
    config.mkdir(parents=True, exist_ok=True)
    part = config / f".{FILE}.part"
    try:
        part.write_text(json.dumps([asdict(one) for one in found], indent=1) + "\n", encoding="utf-8")
        part.replace(config / FILE)
    finally:
        part.unlink(missing_ok=True)


# ---- reading a manifest -------------------------------------------------------------------------------
def _manifest(chosen: Path) -> Path:
    if chosen.is_dir():
        found = next((chosen / name for name in NAMES if (chosen / name).is_file()), None)
        if found is None:
            message = f"the folder holds no {' or '.join(NAMES)}"
            raise ClassifierError(message)
        return found.resolve()
    if not chosen.is_file() or chosen.suffix not in {".toml", ".json"}:
        message = "choose the folder of the classifier, or the manifest (TOML or JSON) that describes it"
        raise ClassifierError(message)
    return chosen.resolve()


def _described(manifest: Path) -> OwnClassifier:
    """What the list shows; whether the whole manifest is right is looked at when it is asked."""
    try:
        if manifest.stat().st_size > _MOST_TEXT:
            message = f"{manifest.name} is far too long"
            raise ClassifierError(message)
        content = manifest.read_bytes().decode("utf-8-sig")
        document = json.loads(content) if manifest.suffix == ".json" else tomllib.loads(content)
        head, gate = document["classifier"], document.get("gate", {})
        title, model = str(head["title"]).strip(), manifest.parent / str(head["model"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        if isinstance(error, ClassifierError):
            raise
        message = f"{manifest.name} cannot be used: it has no [classifier] with title and model"
        raise ClassifierError(message) from error
    if not title or not model.exists() or not model.resolve().is_relative_to(manifest.parent):
        message = f"the model that {manifest.name} names does not lie beside it"
        raise ClassifierError(message)
    words = {name: str(head.get(name, "")) for name in ("version", "license", "intended_use", "card")}
    images = gate.get("images", ()) if isinstance(gate, dict) else ()
    return OwnClassifier(
        hashlib.sha256(str(manifest).encode()).hexdigest()[:_KEY],
        str(manifest),
        str(model),
        title,
        **words,
        images=tuple(str(one).upper() for one in images) if isinstance(images, list) else (),
        is_code=_is_code(model),
    )


def _is_code(model: Path) -> bool:
    """Whether it is TorchScript, whatever it is called; of a folder, whether it may hold some."""
    if model.is_dir():
        return any(path.suffix == ".ts" for path in model.rglob("*"))
    if model.suffix == ".ts":
        return True
    if not zipfile.is_zipfile(model):
        return False
    with zipfile.ZipFile(model) as archive:
        return any("/code/" in name for name in archive.namelist())


def sha256_of(model: Path) -> str:
    """Of a file, or of the names and contents of all files of a folder.

    Raises:
        OSError: Where one cannot be read.
    """
    if not model.is_dir():
        with model.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    digest = hashlib.sha256()
    for path in sorted(one for one in model.rglob("*") if one.is_file() and "__pycache__" not in one.parts):
        digest.update(path.relative_to(model).as_posix().encode() + b"\0")
        digest.update(bytes.fromhex(sha256_of(path)))
    return digest.hexdigest()


# ---- asking -------------------------------------------------------------------------------------------
def own_questions(config: Path, target: Target) -> tuple[TaskChoice, ...]:
    """Each as a task of its own name, with the reason where it cannot be asked about `target`."""
    from medapp.plugins import discover

    try:
        manifest, task = discover().find(TASK)
    except KeyError:
        return ()
    return tuple(_choice(manifest, task, one, target) for one in own_classifiers(config))


def own_tasks(config: Path) -> tuple[TaskManifest, ...]:
    """Each as a task that can be measured, under its title."""
    from medapp.plugins import discover

    try:
        _, task = discover().find(TASK)
    except KeyError:
        return ()
    return tuple(as_task(task, one) for one in own_classifiers(config) if one.is_there)


def _choice(manifest: Manifest, task: TaskManifest, one: OwnClassifier, target: Target) -> TaskChoice:
    from medapp.services.classifying import fits_target

    named = as_task(task, one)
    check = fits_target(named, target)
    if not one.is_there:
        check = InputCheck(ok=False, reason="its files are not where they were: add it again")
    elif check.ok and one.is_code and not one.agreed:
        check = InputCheck(ok=False, reason="its model is code, and you have not agreed to run it")
    return TaskChoice(manifest, named, check, Estimate(task.fixed_bytes))


def as_task(task: TaskManifest, one: OwnClassifier) -> TaskManifest:
    """The task of imported classifiers as that of one: what was said when it was added is not asked."""
    left = {name: schema for name, schema in task.parameters.items() if name not in {"model", "trusted"}}
    summary = " ".join(
        part for part in (one.intended_use, one.license and f"Licence: {one.license}.") if part
    )
    return replace(
        task,
        id=one.task,
        title=one.title,
        summary=summary,
        images=one.images or task.images,
        parameters=left,
        required_parameters=(),
        training={},
    )


def resolved(config: Path, task: str, parameters: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    """The task that is really run, and how: with the files of the classifier that was added.

    Raises:
        ClassifierError: Where its files are gone, or its model is not the one whose code may be run.
        OSError: Where they cannot be read.
    """
    if not task.startswith(f"{TASK}{_MARK}"):
        return task, dict(parameters)
    one = _known({x.key: x for x in own_classifiers(config)}, task.removeprefix(f"{TASK}{_MARK}"))
    trusted = bool(one.agreed)
    if trusted and sha256_of(Path(one.model)) != one.agreed:
        message = (
            f"the model of {one.title} is not the one whose code you agreed to run: look where it comes "
            "from, and agree anew"
        )
        raise ClassifierError(message)
    return TASK, {**parameters, "model": one.manifest, "trusted": trusted}


def card_of(terms: Mapping[str, object]) -> str:
    """The card of a classifier as Markdown, from what it says of itself."""
    heads = {"intended_use": "Intended use", "license": "Licence", "card": "What its makers say"}
    title = f"{terms.get('title', '')} {terms.get('version', '')}".strip()
    parts = [f"# {title}" if title else "# A classifier of your own"]
    parts += [f"**{head}:** {terms[name]}" for name, head in heads.items() if terms.get(name)]
    if not terms.get("license"):
        parts.append("**Licence:** none stated")
    parts.append("Nobody here has measured it: what is said of it is the word of its makers.")
    return "\n\n".join(parts)
