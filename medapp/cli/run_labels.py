"""Which labels a question goes by: those that are named, or the only ones that there are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from medapp.cli import show
from medapp.cli.ending import NOTHING_FITS, WRONG_USE, Problem, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.api.manifest import TaskManifest
    from medapp.cli.run import Wish
    from medapp.domain.patient import Series
    from medapp.services.classifying import Target
    from medapp.services.handed_labels import LabelSource


def labelled(wish: Wish, task: TaskManifest, target: Target, sources: Sequence[LabelSource]) -> Target:
    """The target with the labels that `--labels` names, else with the only ones that the task can go by.

    Raises:
        Problem: Where those named are not there or do not lie on the images, or where several could be meant.
    """
    from medapp.services.classifying import with_labels

    if task.segmentation == "none":
        if wish.labels:
            message = f"{task.id} takes no labels"
            raise Problem(message, WRONG_USE)
        return target
    chosen = _named(wish, target, sources) if wish.labels else _only(task, sources)
    if chosen is None:
        return target
    try:
        found = with_labels(target, chosen)
    except (ValueError, OSError) as error:
        message = f"{chosen.title}: {one_line(error)}"
        raise Problem(message, NOTHING_FITS) from error
    show.remark(f"labels: {found.labels_source}")
    return found


def _only(task: TaskManifest, sources: Sequence[LabelSource]) -> LabelSource | None:
    fitting = [one for one in sources if not task.needs_task or one.task == task.needs_task]
    fitting = [one for one in fitting if one.is_named] or fitting
    if len(fitting) > 1 and not task.needs_task:
        listed = "; ".join(f"{one.series.key[:8]} {one.title}" for one in fitting[:10])
        message = (
            f"{len(fitting)} label series lie on these images, name one, or its file, with --labels: {listed}"
        )
        raise Problem(message, WRONG_USE)
    return fitting[0] if fitting else None


def _named(wish: Wish, target: Target, sources: Sequence[LabelSource]) -> LabelSource:
    assert target.series is not None  # noqa: S101 - looked at before
    if Path(wish.labels).exists():
        return _of_file(Path(wish.labels), target.series)
    named = [one for one in sources if wish.labels in {one.series.key, one.series.uid}]
    named = named or [one for one in sources if one.series.key.startswith(wish.labels)]
    if len(named) == 1:
        return named[0]
    if named:
        message = f"{wish.labels} fits the keys of {len(named)} label series"
        raise Problem(message, WRONG_USE)
    there = ", ".join(f"{one.series.key[:8]} {one.title}" for one in sources[:10]) or "none"
    message = f"no labels {wish.labels} that lie on {target.series.title}; there are: {there}"
    raise Problem(message, WRONG_USE)


def _of_file(path: Path, images: Series) -> LabelSource:
    from medapp.formats.collect import collect
    from medapp.services.handed_labels import labels_among

    collected = collect([path])
    found = labels_among(collected.series, images)
    if len(found) == 1:
        return found[0]
    if found:
        message = f"{path} holds {len(found)} label series; name one file"
        raise Problem(message, WRONG_USE)
    reason = next((item.reason for item in collected.rejected), "it holds no segmentation of these images")
    message = f"{path} cannot be used as labels: {reason}"
    raise Problem(message, NOTHING_FITS)
