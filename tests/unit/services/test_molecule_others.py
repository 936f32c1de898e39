"""Tasks that a parameter names: handed over where a file of molecules is enough for them, else refused."""

from pathlib import Path

import pytest

from medapp.api.manifest import Manifest, TaskManifest
from medapp.plugins.discovery import Discovery
from medapp.services.molecule_others import others_of

ASKS = TaskManifest(
    "asks.them", "Asks", "molecules", molecules="none",
    parameters={"wishes": {"type": "string", "names_tasks": True}, "words": {"type": "string"}},
)  # fmt: skip
GIVES = TaskManifest(
    "gives.score", "Gives", "molecules", parameters={"depth": {"type": "integer", "default": 3}}
)
OF_PATIENT = TaskManifest("gives.dose", "Dose", "molecules", record="required")
SET_BY_HAND = TaskManifest(
    "gives.dock",
    "Dock",
    "molecules",
    parameters={"target": {"type": "string"}},
    required_parameters=("target",),
)
OF_IMAGES = TaskManifest("images.seen", "Seen", "segmentation")
TASKS = (ASKS, GIVES, OF_PATIENT, SET_BY_HAND, OF_IMAGES)
FOUND = Discovery((Manifest("gives", "gives.hooks", "Gives", "2", "1", "MIT", "Tests.", Path(), TASKS),))


def test_a_task_is_handed_over_with_its_defaults():
    found = others_of(
        FOUND, ASKS, {"wishes": "weight ..300; gives.score:score 7.. *2", "words": "gone.task:a"}
    )
    assert list(found) == ["gives.score"]
    one = found["gives.score"]
    assert (one.entry, one.plugin, one.parameters) == ("gives.hooks", "gives 2", {"depth": 3})
    assert others_of(FOUND, ASKS, {"wishes": "weight ..300"}) == {}


@pytest.mark.parametrize("name", ["gone.task", "gives.dose", "gives.dock", "images.seen", "asks.them"])
def test_what_cannot_be_asked_is_refused_with_what_can(name):
    with pytest.raises(
        ValueError, match=rf"no task '{name}' can be asked .* those that can are: gives\.score$"
    ):
        others_of(FOUND, ASKS, {"wishes": f"{name}:score 7.."})
