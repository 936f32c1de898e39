"""``--help`` of the commands about molecules tells what ``--set`` takes."""

from __future__ import annotations

import sys

import pytest

from medapp.cli.main import main
from medapp.cli.task_help import told
from medapp.plugins import discover

OWN = {"generate": {"number", "method"}, "optimise": {"goal", "calls"}}


@pytest.mark.parametrize("name", ["generate", "optimise", "screen", "finalists", "metabolise", "toxicity"])
def test_every_parameter_is_told_with_its_default_and_what_it_is(monkeypatch, capsys, medapp_home, name):
    monkeypatch.setattr(sys, "argv", ["medapp", name, "--help"])
    assert main() == 0
    text = capsys.readouterr().out
    _, _, after = text.partition("Parameters, as --set NAME=VALUE")
    lines = {line.split()[0]: line for line in after.splitlines() if line.strip()}
    words = " ".join(after.split())
    _, task = discover().find(f"molecules.{name}")
    assert task.parameters
    for parameter, schema in task.parameters.items():
        if parameter in OWN.get(name, ()):
            continue
        assert parameter in lines
        assert str(schema["description"]) in words
        if schema.get("default") not in {None, ""}:
            assert f"default: {str(schema['default']).lower()}" in words.lower()


def test_names_for_wishes_and_goals_are_listed():
    found = dict(told("molecules.optimise", ("goal", "calls")))
    names = dict(found["Names for wishes"])
    assert names["from the structure"].startswith("weight; logp; ")
    assert {"herg", "sider eye disorders"} <= set(names["probability of harm"].split("; "))
    ((goal, goals),) = found["Values"]
    assert goal == "GOAL"
    assert {"profile", "qed", "zaleplon_mpo"} <= set(goals.split("; "))
    wishes = dict(found["Parameters, as --set NAME=VALUE"])["wishes"]
    assert 'such as "weight 250..450;' in wishes
    assert "only with goal profile" in wishes


def test_a_task_that_is_not_there_says_so():
    assert told("molecules.none") == [("Parameters", [("molecules.none", "is not installed")])]
