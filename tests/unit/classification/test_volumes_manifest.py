"""What mr.volumes needs of mr.brain is what that offers."""

from medapp.plugins import checked, discover
from medapp_classification.mr_volumes.structures import KNOWN, PARTS


def test_the_needed_task_is_there_and_takes_its_settings():
    _, task = discover().find("mr.volumes")
    _, needed = discover().find(task.needs_task)
    assert needed.id == "mr.brain"
    assert checked(needed, task.needs_parameters)["fluid"] is True
    assert set(task.images) <= set(needed.images)


def test_every_label_of_it_is_known_by_its_code_and_counted_once():
    _, needed = discover().find("mr.brain")
    codes = [label.code.value for label in needed.labels]
    assert set(codes) == set(KNOWN)
    by_key = {part.key: set(part.labels) for part in PARTS}
    assert by_key["intracranial"] == set(codes)
    assert not by_key["grey_matter"] & by_key["white_matter"]
    assert by_key["brain"] | by_key["csf"] == by_key["intracranial"]
    assert not by_key["brain"] & by_key["csf"]
