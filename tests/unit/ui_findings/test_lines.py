"""Answers as lines, tables and words: folded under their headings, ranked, never more certain than stated."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medapp.domain.finding import ItemEvidence
from medapp.domain.patient import Patient, Series, Study
from medapp.services.inbox import decide, inbox_of
from medapp.ui.findings import words
from medapp.ui.findings.answer_tables import findings_table, measurements_table, ranking_table
from medapp.ui.findings.model import Choice
from medapp.ui.findings.reason_tables import cases_table, changes_table, items_table
from medapp.ui.findings.tree import tree_of
from medapp.ui.findings.uses import uses_of
from medapp.ui.record.tables import unstated
from tests.unit.services.answers import (
    DEATH,
    EFFUSION,
    EHLERS,
    MARFAN,
    MASS,
    NOT_MADE,
    PATIENT,
    STICKLER,
    VOLUME,
    kept,
    many,
    proposal,
)


def lines(app, *proposals):
    items = kept(app, *proposals).values()
    return tree_of((item, item.result.findings) for item in items)


def shown(table):
    hidden = unstated(table.columns, table.rows)
    columns = [at for at in range(len(table.columns)) if at not in hidden]
    return [[table.columns[at].title for at in columns]] + [
        [row.cells[at].text for at in columns] for row in table.rows
    ]


def test_an_answer_with_its_findings(app):
    (answer,) = lines(app, proposal("a1", (EFFUSION, MASS)))
    assert (answer.title, answer.status, answer.strong) == (
        "Answers of cxr.findings",
        "2 unread",
        True,
    )
    effusion, mass = answer.children
    assert (effusion.title, effusion.value, effusion.share) == ("Pleural effusion", "82 %", 0.82)
    assert (effusion.status, mass.title, mass.status) == ("Proposal", "Mass", "uncertain")
    assert "uncertain" in mass.tip


def test_the_list_shows_what_holds_and_what_the_model_had_said(app):
    item = item_of(app, EFFUSION, MASS, VOLUME)
    decide(app.library, item, "Effusion", "corrected", instead="absent")
    decide(app.library, item, "Mass", "corrected", instead="present", by="Dr. Chen")
    decide(app.library, item, "v1", "corrected", instead="2.9 ml")
    found = inbox_of(app.library, PATIENT).items
    (answer,) = tree_of((one, one.result.findings) for one in found)
    effusion, mass = answer.children[:2]
    assert (effusion.value, effusion.status, effusion.strong) == ("absent (was 82 %)", "Corrected", False)
    assert (mass.value, mass.status, mass.share) == ("present (was 41 %)", "Decided", None)
    assert answer.children[2].children[0].value == "2.9 ml (was 3.21 ml)"
    assert "by Dr. Chen" in mass.tip
    decide(app.library, item, "Effusion", "accepted")
    (item,) = inbox_of(app.library, PATIENT).items
    assert words.holds_of(item, EFFUSION) == "present (82 %)"
    (before,) = words.decided_before(item, EFFUSION)
    assert before.startswith("Before: Corrected to: absent · ")


def test_the_button_says_what_is_asserted(app):
    unlikely = replace(EFFUSION, key="u", probability=0.04, low=0.02, answers=("absent",), threshold=0.05)
    item = item_of(app, EFFUSION, MASS, unlikely, DEATH, MARFAN, VOLUME)
    titles = [words.accept_title(item, one) for one in item.result.findings]
    assert titles == [
        "Accept: present",
        "Accept",
        "Accept: absent",
        "Accept: a risk of 23 %",
        "Accept: provisional diagnosis",
        "Accept: 3.21 ml",
    ]


def test_what_is_no_better_than_chance_excludes_nothing(app):
    chance = replace(EFFUSION, auroc=(0.56, 0.47, 0.65))
    item = item_of(app, chance)
    assert words.marks_of(item, chance) == ("no better than chance in tests",)
    assert words.set_words(chance) == ""
    said = words.set_of(chance, 0.9)
    assert "0.47 to 0.65" in said
    assert "Absent can be excluded" not in said
    assert words.accept_title(item, chance) == "Accept"


def test_a_set_that_does_not_go_with_the_probability_is_left_to_a_person(app):
    odd = replace(EFFUSION, probability=0.12, low=0.07, high=0.16, threshold=None)
    item = item_of(app, odd)
    assert words.marks_of(item, odd) == ("uncertain: set against probability",)
    assert words.accept_title(item, odd) == "Accept"
    assert "does not go with its probability" in words.set_of(odd, 0.9)
    assert "does not go" not in words.set_of(EFFUSION, 0.9)


def test_two_answers_about_two_images_are_told_apart(app):
    person = Patient("1", "Doe^Jane")
    series = [
        Series(f"k{n}", f"1.{n}", Study(f"2.{n}", person, day), "DX", "stack", (), description=name)
        for n, (day, name) in enumerate((("20240531", "Chest PA"), ("20250601", "Chest AP")))
    ]
    first, second = lines(app, *(proposal(f"a{n}", (MASS,), series=one) for n, one in enumerate(series)))
    assert {(one.title, one.value) for one in (first, second)} == {
        ("Answers of cxr.findings · Chest PA", "2024-05-31"),
        ("Answers of cxr.findings · Chest AP", "2025-06-01"),
    }
    (item, _) = inbox_of(app.library, PATIENT).items
    assert words.images_of(item).startswith("Images: 202")
    assert " · DX · Chest " in words.images_of(item)


def test_a_risk_says_when_its_time_is_over(app):
    over = replace(DEATH, as_of="2019-05-31")
    item = item_of(app, over, replace(DEATH, key="d2", as_of="2999-01-01"), replace(DEATH, key="d3"))
    first, second, third = (words.period_of(item, one) for one in item.result.findings)
    assert "2019-05-31 to 2024-05-30" in first
    assert "is over" in first
    assert "is over" not in second
    assert "not stated" in third


def test_hundreds_are_folded_under_their_headings_and_few_are_not(app):
    (many_,) = lines(app, proposal("a1", (EFFUSION, *many(300))))
    assert [one.title for one in many_.children[:2]] == ["Pleural effusion", "Liver: family 0"]
    assert len(many_.children) == 11
    group = many_.children[1]
    assert (group.value, group.status, group.is_open) == ("30", "30 open", False)
    assert group.choice == Choice("a1", group="Liver: family 0")
    assert group.children[1].choice == Choice("a1", "m10")
    few = next(one for one in lines(app, proposal("b1", (VOLUME, NOT_MADE))) if one.choice.result == "b1")
    (group,) = few.children
    assert group.is_open
    assert [one.value for one in group.children] == ["3.21 ml", "not computable"]


def test_ranked_diseases_have_places_and_a_line_below_the_set(app):
    (answer,) = lines(app, proposal("a1", (MARFAN, EHLERS, STICKLER)))
    assert [one.title for one in answer.children] == [
        "1. Marfan syndrome",
        "2. Ehlers-Danlos syndrome",
        "3. Stickler syndrome",
    ]
    assert [one.rule for one in answer.children] == [False, False, True]


def test_an_answer_that_abstained(app):
    (answer,) = lines(app, proposal("a1", (), abstained="too strange"))
    assert (answer.value, answer.children) == ("no answer", ())


def item_of(app, *findings, **rest):
    return kept(app, proposal("a1", findings, **rest))["a1"]


def test_the_table_of_classes(app):
    item = item_of(app, EFFUSION, MASS)
    decide(app.library, item, "Mass", "corrected", instead="absent")
    (item,) = inbox_of(app.library, PATIENT).items
    assert shown(findings_table(item, item.result.findings)) == [
        ["Finding", "Probability", "95 % interval", "Counts from", "Not excluded", "To notice", "Decision"],
        ["Pleural effusion", "82 %", "60 % to 93 %", "50 %", "present", "", "Proposal"],
        ["Mass", "41 %", "", "50 %", "present / absent", "uncertain", "Decided: absent"],
    ]


def test_the_table_of_diseases(app):
    item = item_of(app, MARFAN, EHLERS, STICKLER)
    table = shown(ranking_table(item, item.result.findings))
    assert table[0] == ["Rank", "Disease", "Code", "Probability", "In the set", "Matched", "Decision"]
    assert table[1][:6] == ["1", "Marfan syndrome", "OMIM:154700", "62 %", "in the set", "Ectopia lentis"]
    assert table[3][4] == "not in it"


def test_the_table_of_measurements(app):
    item = item_of(app, VOLUME, NOT_MADE, replace(VOLUME, key="v3", unit="", group="Other", percentile=None))
    town = "adults of a made-up town"
    assert shown(measurements_table(item, item.result.findings))[1:] == [
        ["Hippocampus, left", "Hippocampus", "3.21", "ml", "3 to 3.4", "12", town, "Proposal"],
        ["Hippocampus, right", "Hippocampus", "not computable", "ml", "", "", "", "Proposal"],
        ["Hippocampus, left", "Other", "3.21", "(unit not known)", "3 to 3.4", "", town, "Proposal"],
    ]
    alone = measurements_table(item, (VOLUME,))
    assert "Of" not in shown(alone)[0]


def test_reasons(app):
    head, age, creatinine = shown(items_table(DEATH))
    assert head == ["What", "Value", "Effect, log-odds", ""]
    assert age == ["Age", "67 a", "+0.80", ""]
    assert creatinine[2] == "−0.45"
    table = items_table(DEATH)
    assert [row.item.share for row in table.rows] == [1.0, -0.5625]
    assert table.rows[1].tip
    assert shown(items_table(MARFAN))[0] == ["What", "Matches", "Effect, information (bits)", ""]
    two = replace(
        DEATH, items=(*DEATH.items, ItemEvidence("Gene", effect=2.0, effect_unit="information (bits)"))
    )
    assert shown(items_table(two))[3][2] == "+2.00 information (bits)"
    assert shown(items_table(replace(DEATH, items=(ItemEvidence("Age", "67 a"),))))[0] == ["What", "Value"]
    assert shown(changes_table(DEATH))[1] == ["Creatinine", "1.9 mg/dL", "1.0 mg/dL", "15 %"]
    assert cases_table(DEATH).rows == ()


def test_words_of_a_finding(app):
    item = item_of(app, EFFUSION, MARFAN, EHLERS, VOLUME)
    assert words.full_title(item, EHLERS) == "Ehlers-Danlos syndrome, place 2 of 2"
    assert words.full_title(item, VOLUME) == "Hippocampus, left"
    assert words.full_title(item, replace(VOLUME, group="Other")) == "Hippocampus, left · Other"
    assert words.full_title(item, replace(DEATH, group="Within 5 years")) == "Death within 5 years"
    assert words.percentile_of(VOLUME) == "Percentile 12 in adults of a made-up town"
    assert words.interval_of(VOLUME) == "95 % interval 3 to 3.4 ml"
    assert words.whole(item, item.result.findings) == "4 findings, 4 of them undecided"
    assert words.instead_of(item, MARFAN, EHLERS.key) == "Ehlers-Danlos syndrome"
    assert words.instead_of(item, VOLUME, "3.4") == "3.4 (unit not known)"
    assert words.decided(item, EFFUSION) == ""
    decide(app.library, item, "Effusion", "rejected", reason="Artefact")
    (item,) = inbox_of(app.library, PATIENT).items
    assert words.decided(item, EFFUSION).startswith("Rejected · Reason: Artefact · 20")


@pytest.mark.parametrize(("share", "said"), [(0.0, "< 1 %"), (1.0, "> 99 %"), (0.5, "50 %"), (None, "–")])
def test_no_probability_is_stated_as_certain(share, said):
    assert words.percent(share) == said


def test_the_way_back_from_an_entry(app):
    items = kept(app, proposal("a1", (DEATH, EFFUSION)), proposal("b1", (EFFUSION,)))
    assert uses_of(items.values(), "Observation/1") == (("a1", "death", "Death within 5 years · 23 %"),)
    assert uses_of(items.values(), "Observation/2") == ()
