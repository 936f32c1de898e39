"""``medapp index`` and ``medapp plugins list``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from medapp.cli import show
from medapp.cli.ending import NOTHING_FITS, Problem, refuse_missing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from medapp.api.manifest import Manifest, TaskManifest
    from medapp.domain.segmentation import Label


def index(paths: Sequence[Path], *, as_json: bool) -> None:
    """Print what lies under some paths.

    Raises:
        Problem: Where one of them does not exist, or nothing that can be read lies there.
    """
    from medapp.services.index_report import index_report

    refuse_missing(paths)
    report: dict[str, Any] = index_report(paths)
    if as_json:
        show.as_json(report)
    else:
        _print_index(report)
    if not report["studies"]:
        message = f"no images were found in {', '.join(map(str, paths))}"
        raise Problem(message, NOTHING_FITS)


def _print_index(report: dict[str, Any]) -> None:
    rows = [
        (
            item["short_key"],
            study["patient"]["name"] or study["patient"]["id"],
            study["date"],
            item["modality"],
            " ".join(filter(None, (item["description"], item["split"]))),
            _size(item),
            "; ".join(notice["code"] for notice in item["notices"] if notice["severity"] != "info"),
        )
        for study in report["studies"]
        for item in study["series"]
    ]
    if rows:
        show.table(("key", "patient", "date", "kind", "series", "size", "notices"), rows)
    for refused in report["rejected"]:
        show.remark(f"not read: {refused['path']}: {refused['reason']}")
    if rows:
        show.remark(f"{report['files']} files, {len(rows)} series, {report['seconds']} s")


def _size(series: dict[str, Any]) -> str:
    if series["slices"] is None:
        return ""
    size = f"{series['columns']} x {series['rows']} x {series['slices']}"
    spacing = series["spacing_mm"]
    return size if spacing is None else f"{size}, {' x '.join(f'{step:.3g}' for step in spacing)} mm"


def plugins(*, as_json: bool) -> None:
    """Print the plugins that are installed, their tasks, and those that cannot be used."""
    from medapp.plugins import discover

    found = discover()
    if as_json:
        show.as_json(
            {
                "plugins": [_plugin(manifest) for manifest in found.manifests],
                "broken": [{"name": item.name, "reason": item.reason} for item in found.broken],
            }
        )
        return
    rows = [
        (task.id, task.title, ", ".join(task.images), _weights(task), f"{manifest.title} {manifest.version}")
        for manifest in found.manifests
        for task in manifest.tasks
    ]
    show.table(("task", "title", "images", "weights", "plugin"), rows)
    for item in found.broken:
        show.remark(f"not usable: {item.name}: {item.reason}")


def _plugin(manifest: Manifest) -> dict[str, object]:
    return {
        "package": manifest.package,
        "title": manifest.title,
        "version": manifest.version,
        "license": manifest.license,
        "intended_use": manifest.intended_use,
        "tasks": [
            {
                "id": task.id,
                "title": task.title,
                "kind": task.kind,
                "summary": task.summary,
                "images": list(task.images),
                "labels": [
                    {
                        "value": label.value,
                        "name": label.name,
                        "code": f"{label.code.scheme}:{label.code.value}",
                    }
                    for label in task.labels
                ],
                "parameters": {name: dict(schema) for name, schema in task.parameters.items()},
                "weights": [file.name for file in task.weights],
                "weights_installed": _installed(task),
                "trainable": task.trainable,
            }
            for task in manifest.tasks
        ],
    }


def _label(label: Label) -> dict[str, object]:
    return {"value": label.value, "name": label.name, "code": f"{label.code.scheme}:{label.code.value}"}


def _installed(task: TaskManifest) -> bool:
    from medapp.services.running import weights_of

    return all(path.is_file() for path, _ in weights_of(task).values())


def _weights(task: TaskManifest) -> str:
    if not task.weights:
        return "none needed"
    return "installed" if _installed(task) else "missing"
