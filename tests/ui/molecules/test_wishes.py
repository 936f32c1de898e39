"""Names for wishes with their units, listed beside the field, from the manifest alone."""

from __future__ import annotations


def test_names_are_listed_with_units_and_put_into_the_field(qtbot, page):
    page.workspace.tasks.show_task("molecules.optimise", {})
    form = page.workspace.tasks.rows["molecules.optimise"].form
    field = form.fields["wishes"]
    button = form.names["wishes"]
    assert button.isVisible()
    assert "Wishes" in button.toolTip()
    groups = {one.text(): one.menu() for one in button.menu().actions()}
    texts = [one.text() for one in groups["predicted by screening"].actions()]
    assert "half-life (h)" in texts
    assert groups["from the structure"].actions()[0].text() == "weight (g/mol)"
    assert "herg" in [one.text() for one in groups["probability of harm"].actions()]
    next(one for one in groups["predicted by screening"].actions() if "half-life" in one.text()).trigger()
    assert field.text() == "half-life "
    assert form.values()["goal"] == "profile"
    qtbot.keyClicks(field, "6..")
    next(one for one in groups["probability of harm"].actions() if one.text() == "herg").trigger()
    assert field.text() == "half-life 6..; herg "
    for example in ("weight 250..450", "half-life 6.. *2", "realism 0.2.."):
        assert example in field.toolTip()
