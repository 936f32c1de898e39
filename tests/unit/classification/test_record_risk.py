"""record.risk from tables to answers: trained here on small data, refused, asked about a patient."""

from __future__ import annotations

import dataclasses
import logging

import numpy as np
import pandas as pd
import pytest
import torch

from medapp.api import TaskRefused
from medapp.api.context import JobCancelled
from medapp.api.requests import ClassifyRequest, EvaluateRequest, TrainRequest
from medapp.api.testing import TrialContext, run_classify
from medapp_classification import hooks
from medapp_classification.record_risk import figures, lessons, training
from medapp_classification.record_risk.evaluation import evaluate
from medapp_classification.record_risk.figures import default_of
from medapp_classification.record_risk.model import WEIGHTS, load, read, write
from medapp_classification.record_risk.questions import BY_KEY, QUESTIONS
from medapp_classification.record_risk.training import train
from medapp_classification.records.learners import boosting, recurrent
from tests.unit.classification.record_small import (
    observed,
    problem,
    record,
    stay_record,
    write_cohort,
    write_stays,
)

"""Training takes its time on a machine that others use too."""

FEW = {"death": ("cox", "boosting", "gru", "blend"), "icu-death": ("logistic", "svm", "boosting", "blend")}


def quick(monkeypatch: pytest.MonkeyPatch, learners: dict[str, tuple[str, ...]] | None = None) -> None:
    """Few trees, few epochs, the learners that a test is about."""
    own = FEW if learners is None else learners
    short = {
        key: dataclasses.replace(one, learners=own.get(key, ("logistic", "cox")))
        for key, one in BY_KEY.items()
    }
    monkeypatch.setattr(training, "BY_KEY", short)
    monkeypatch.setattr(training, "QUESTIONS", tuple(short.values()))
    monkeypatch.setattr(boosting, "_ROUNDS", (20, 40))
    monkeypatch.setattr(recurrent, "_EPOCHS", 2)
    monkeypatch.setattr(figures, "_ROUNDS", 20)
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    write_cohort(folder / "cohort")
    write_stays(folder / "icu")
    return folder


@pytest.fixture(scope="module")
def trained(tables, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    with pytest.MonkeyPatch.context() as monkeypatch:
        quick(monkeypatch)
        request = TrainRequest("record.risk", tables, out, {"question": "death,icu-death"})
        return out, train(request, TrialContext(out / "scratch", seed=3))


def asked(trained, of, tmp_path, **parameters):
    out, _ = trained
    request = ClassifyRequest("record.risk", record=of, parameters=parameters)
    return run_classify(hooks, request, TrialContext(tmp_path, weights_files={WEIGHTS: out / WEIGHTS}))


def test_training_leaves_a_model_with_the_figures_of_all_learners(trained):
    out, result = trained
    model = load(out / WEIGHTS)
    assert model.questions == ("death", "icu-death")
    for key in model.questions:
        assert model.learners(key) == FEW[key]
        for name in FEW[key]:
            said = model.answerer(key, name)
            assert len(said.folds) == 5
    death = model.of("death")
    assert death["learners"]["cox"]["over_baseline"]["value"] > -0.05
    assert 0.5 < death["learners"]["cox"]["slope"][0] < 1.5
    assert death["learners"]["cox"]["coverage"]["all"] > 0.8
    assert result.metrics["death c_index"] > 0.7
    assert result.metrics["icu-death auroc"] > 0.7
    assert (out / "curves.json").is_file()
    assert sum(path.stat().st_size for path in out.glob(WEIGHTS)) < 4_000_000


def test_training_goes_on_from_what_is_there(trained, tables, monkeypatch, caplog, tmp_path):
    out, _ = trained
    quick(monkeypatch)
    before, _ = read(out / WEIGHTS)
    with caplog.at_level(logging.INFO, "medapp.job"):
        train(
            TrainRequest("record.risk", tables, out, {"question": "death,icu-death"}),
            TrialContext(tmp_path, seed=3),
        )
    assert not [one for one in caplog.messages if "cox" in one]
    after, _ = read(out / WEIGHTS)
    assert before.keys() == after.keys()
    assert all(np.array_equal(one, after[name]) for name, one in before.items())


def test_shuffled_labels_are_not_learned(tmp_path, monkeypatch):
    quick(monkeypatch, {"death": ("cox",)})
    folder = write_cohort(tmp_path / "cohort", people=600, shuffled=True)
    result = train(
        TrainRequest("record.risk", folder, tmp_path / "out", {"question": "death"}), TrialContext(tmp_path)
    )
    assert result.metrics["death c_index"] == pytest.approx(0.5, abs=0.06)


def refused(folder, out, question):
    with pytest.raises(TaskRefused) as caught:
        train(TrainRequest("record.risk", folder, out, {"question": question}), TrialContext(out))
    return str(caught.value)


def test_a_column_that_is_made_of_the_outcome_is_refused(tmp_path):
    folder = write_stays(tmp_path / "icu")
    table = pd.read_csv(folder / "stays.csv")
    table["Albumin_last"] = np.where(table["In-hospital_death"] == 1, 2.0, 4.0)
    table.to_csv(folder / "stays.csv", index=False)
    assert "label leaking the outcome in Albumin_last" in refused(folder, tmp_path / "out", "icu-death")


def test_what_is_missing_only_in_the_dead_is_refused(tmp_path):
    folder = write_stays(tmp_path / "icu")
    table = pd.read_csv(folder / "stays.csv")
    table.loc[table["In-hospital_death"] == 1, ["Lactate_first", "Lactate_last"]] = np.nan
    table.loc[table["In-hospital_death"] == 0, ["Lactate_first", "Lactate_last"]] = 1.5
    table.to_csv(folder / "stays.csv", index=False)
    assert "label leaking the outcome in Lactate_first" in refused(folder, tmp_path / "out", "icu-death")


def test_what_was_measured_later_is_not_seen(tmp_path):
    folder = write_cohort(tmp_path / "cohort")
    before = lessons.lessons_in(folder, [BY_KEY["death"]], 0)[0].cases
    labs, people = pd.read_csv(folder / "labs.csv"), pd.read_csv(folder / "subjects.csv")
    dead = set(people[people["status"] == 1]["id"])
    labs.loc[(labs["days"] > 0) & labs["id"].isin(dead), "value"] = 199.0
    labs.to_csv(folder / "labs.csv", index=False)
    after = lessons.lessons_in(folder, [BY_KEY["death"]], 0)[0].cases
    np.testing.assert_array_equal(before.values, after.values)
    np.testing.assert_array_equal(before.steps.values, after.steps.values)


def test_who_has_it_already_is_not_asked(tmp_path):
    folder = write_cohort(tmp_path / "cohort")
    ill = set(pd.read_csv(folder / "events.csv").query("event == 'htn'")["id"])
    lesson = lessons.lessons_in(folder, [BY_KEY["diabetes"]], 0)[0]
    assert len(lesson.rows) == 300
    assert lesson.target.labels.sum() > 20
    people = lessons.cohorts.read_cohort(folder)
    source = lessons.cohort_source(people, 0)
    asked_of = lessons.cohort_lesson(BY_KEY["hypertension"], people, source)
    assert not ill & {int(people.ids[row]) for row in asked_of.rows}


@pytest.mark.parametrize("death", [0, 1])
def test_one_class_is_refused(tmp_path, death):
    folder = write_stays(tmp_path / "icu")
    table = pd.read_csv(folder / "stays.csv")
    table["In-hospital_death"] = death
    table.to_csv(folder / "stays.csv", index=False)
    assert "one class alone cannot be learned, 20 patients with each" in refused(
        folder, tmp_path, "icu-death"
    )


def test_tables_that_cannot_be_used_are_refused_with_what_is_needed(tmp_path):
    folder = write_cohort(tmp_path / "cohort")
    labs = pd.read_csv(folder / "labs.csv")
    labs.rename(columns={"value": "result"}).to_csv(folder / "labs.csv", index=False)
    assert "labs.csv lacks the column value" in refused(folder, tmp_path, "death")
    labs.assign(value="high").to_csv(folder / "labs.csv", index=False)
    assert "words in place of numbers in value" in refused(folder, tmp_path, "death")
    (folder / "labs.csv").unlink()
    assert "no table labs" in refused(folder, tmp_path, "death")
    assert "no table with the column In-hospital_death" in refused(folder, tmp_path, "icu-death")
    assert "there is no question 'luck'" in refused(folder, tmp_path, "luck")
    stays = write_stays(tmp_path / "icu")
    pd.read_csv(stays / "stays.csv").drop(columns=["GCS_last"]).to_csv(stays / "stays.csv", index=False)
    assert "lacks the column GCS_last" in refused(stays, tmp_path, "icu-death")


def test_questions_without_tables_are_left_out_unless_they_are_named(tmp_path):
    folder = write_stays(tmp_path / "icu")
    assert [one.key for one in lessons.there(folder, QUESTIONS)] == ["icu-death"]
    assert len(lessons.there(tmp_path / "icu", QUESTIONS[:1])) == 1
    assert "no table subjects" in refused(folder, tmp_path, "death")


def test_copies_of_another_test_are_told(tmp_path):
    folder = write_cohort(tmp_path / "cohort")
    labs = pd.read_csv(folder / "labs.csv")
    copied = labs[labs["test"] == "hdl"].assign(test="chol")
    pd.concat([labs, copied]).to_csv(folder / "labs.csv", index=False)
    remarks = lessons.cohorts.read_cohort(folder).remarks
    assert remarks == ("The values of chol are those of hdl, row for row: chol is not used.",)


def test_training_can_be_cancelled(tables, tmp_path, monkeypatch):
    quick(monkeypatch)
    context = TrialContext(tmp_path, cancel_at=6)
    with pytest.raises(JobCancelled):
        train(TrainRequest("record.risk", tables, tmp_path / "out", {"question": "death"}), context)


def test_weights_that_are_no_numbers_or_of_something_else_are_refused(trained, tmp_path):
    out, _ = trained
    arrays, facts = read(out / WEIGHTS)
    name = next(one for one in arrays if one.endswith("cox.final.learner.weights"))
    write(arrays | {name: np.full_like(arrays[name], np.nan)}, facts, tmp_path / "nan.safetensors")
    with pytest.raises(ValueError, match="no numbers"):
        load(tmp_path / "nan.safetensors")
    del arrays[next(one for one in arrays if one.endswith("icu-death.svm.final.scale.platt"))]
    write(arrays, facts, tmp_path / "part.safetensors")
    with pytest.raises(ValueError, match=r"no whole model|no calibration"):
        load(tmp_path / "part.safetensors").answerer("icu-death", "svm")
    (tmp_path / "text.safetensors").write_text("not at all")
    with pytest.raises(ValueError, match="no whole model"):
        load(tmp_path / "text.safetensors")


def test_evaluation_counts_training_cases_by_held_back_answers(trained, tables, tmp_path):
    out, result = trained
    context = TrialContext(tmp_path, weights_files={WEIGHTS: out / WEIGHTS}, seed=3)
    found = evaluate(EvaluateRequest("record.risk", tables), context)
    units = {one.key: one.units for one in found.predictions}
    assert units == {"death": ("people", "matched groups"), "icu-death": ("stays", "patients")}
    assert all(name.startswith("patient ") for name in found.predictions[1].cases)
    assert found.metrics["icu-death auroc"] == pytest.approx(result.metrics["icu-death auroc"], abs=1e-3)
    assert found.metrics["death c_index"] == pytest.approx(result.metrics["death c_index"], abs=1e-3)
    death, icu = found.predictions
    assert (death.kind, icu.kind) == ("survival", "binary")
    assert len(death.cases) == len(death.probabilities) == 300
    assert len(icu.sets) == 400
    assert {row["of training"] for row in found.rows} == {300, 400}
    new = write_stays(tmp_path / "new" / "icu", seed=9).parent
    write_cohort(tmp_path / "new" / "cohort", seed=9)
    fresh = evaluate(EvaluateRequest("record.risk", new), context)
    assert {row["of training"] for row in fresh.rows} == {0}
    assert fresh.metrics["death c_index"] > 0.65


def test_a_patient_gets_an_answer_with_its_reasons(trained, tmp_path):
    found = asked(trained, record(), tmp_path)
    assert found.abstained == ""
    (death,) = found.findings
    assert death.key == "death"
    assert death.low < death.probability < death.high
    assert death.horizon_days == 1826
    assert death.answers
    facts = load(trained[0] / WEIGHTS).of("death")
    figures_ = facts["learners"][facts["default"]]
    assert death.c_index == tuple(figures_["c_index"])
    assert death.gain == tuple(figures_["over_baseline"][part] for part in ("value", "low", "high"))
    assert (death.baseline, death.auroc) == ("age and sex", ())
    pressure = next(one for one in death.items if one.title == "Systolic blood pressure")
    assert pressure.value == "148 mm[Hg]"
    assert pressure.entries == ("Observation/3",)
    assert pressure.code == "http://loinc.org|8480-6"
    assert len(death.cases) == 5
    assert "years" in death.cases[0].outcome
    curve = next(one for one in found.charts if one.key == "death-curve")
    here, average, star = curve.traces
    assert (here.style, average.style, star.style) == ("line", "line", "here")
    assert here.x[-1] == star.x[0] == pytest.approx(1826 / 365.25)
    assert star.y[0] == pytest.approx(100 * death.probability)
    assert list(here.y) == sorted(here.y)
    assert all(low <= value <= high for low, value, high in zip(here.low, here.y, here.high, strict=True))
    assert all("% of nearest pairs" in one.outcome for one in death.cases)
    assert any(one.code == "near-scale" for one in found.notices)
    assert f"Counts as expected from {100 * death.threshold:.1f} %" in death.remark
    assert any(one.key == "death-calibration" for one in found.charts)
    assert any("no stay in intensive care" in one.message for one in found.notices)


def test_the_same_seed_and_record_give_the_same_answer(trained, tmp_path):
    assert asked(trained, record(), tmp_path).findings == asked(trained, record(), tmp_path).findings


def test_the_network_can_be_asked_and_shows_where_it_looked(trained, tmp_path):
    found = asked(trained, record(), tmp_path, algorithm="gru")
    assert "recurrent network" in found.findings[0].remark
    attention = next(one for one in found.charts if one.key == "death-attention")
    assert sum(attention.traces[0].y) == pytest.approx(1.0, abs=1e-4)
    assert "Systolic blood pressure" in " ".join(attention.traces[0].labels)


def test_a_change_of_one_variable_gives_the_other_answer(trained, tmp_path):
    found = asked(trained, record(), tmp_path, algorithm="cox")
    (death,) = found.findings
    assert death.changes
    for change in death.changes:
        assert "not advice" in change.change
        assert "the answer goes from " in change.change
        assert (change.probability >= death.threshold) != (death.probability >= death.threshold)


def test_a_stay_in_intensive_care_gets_its_answer(trained, tmp_path):
    found = asked(trained, stay_record(), tmp_path, question="icu-death")
    (death,) = found.findings
    assert death.group == "This stay in intensive care"
    assert death.horizon_days is None
    assert (len(death.auroc), death.gain, death.baseline) == (3, (), "")
    assert "not held against age and sex alone" in death.remark
    coma = next(one for one in death.items if one.title == "Glasgow coma scale")
    assert coma.entries[0] == "Observation/gcs2"
    assert found.used == ("record",)


def test_what_is_there_already_is_not_asked_and_what_is_strange_is_not_answered(trained, tmp_path):
    strange = record(
        *(problem(str(50 + place), code, "2001-01-01") for place, code in enumerate(("410429000",)))
    )
    entries = tuple(observed(str(60 + n), "8480-6", 299.0, "mm[Hg]", f"2024-05-{n + 1:02}") for n in range(8))
    odd = record(
        *strange.entries[-1:],
        *entries,
        *(observed(str(80 + n), "2085-9", 190.0, "mg/dL", f"2024-04-{n + 3:02}") for n in range(20)),
    )
    found = asked(trained, odd, tmp_path)
    assert found.findings == ()
    assert "unlike those the models were trained on" in found.abstained
    assert found.familiarity.is_strange


def test_without_sex_or_entries_nothing_is_said(trained, tmp_path):
    assert "the sex is not stated" in asked(trained, record(sex=None), tmp_path).abstained.lower()
    with pytest.raises(TaskRefused, match="entries"):
        asked(trained, dataclasses.replace(record(), entries=()), tmp_path)


def test_the_simplest_that_is_not_beaten_is_the_default():
    assert default_of(["a", "b", "c"], {}) == "a"
    assert default_of(["a", "b", "c"], {("a", "c"): True}) == "b"
    assert default_of(["a", "b", "c"], {("a", "b"): True, ("b", "c"): True}) == "c"


def test_questions_have_keys_of_their_own():
    assert len({one.key for one in QUESTIONS}) == len(QUESTIONS) == 7
