"""treatment.next: trained on made-up patients, asked about one, and what it refuses."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date

import pytest
import torch

from medapp.api import (
    ClassifyRequest,
    EvaluateRequest,
    JobCancelled,
    TaskRefused,
    TrainRequest,
)
from medapp.api.testing import TrialContext, run_recommend
from medapp.domain.recommendation import Drug
from medapp.domain.record import Code, Concept, Record, When
from medapp.domain.record.coding import LOINC
from medapp.services.what_if import supposed
from medapp_treatment import hooks
from medapp_treatment.next_visit import training
from medapp_treatment.next_visit.cohort import cohort_of
from medapp_treatment.next_visit.fitting import Asked, fit_all
from medapp_treatment.next_visit.learners import LEARNERS
from medapp_treatment.next_visit.model import WEIGHTS, load, load_fit, save
from medapp_treatment.next_visit.task import _terms
from tests.unit.treatment.treated import SORE, people, record, request, write_fhir, write_mimic, write_omop

"""Networks are trained, which takes its time on a machine that others use too."""


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("next")
    torch.set_num_threads(1)
    pairs = folder / "ddi_ndfrt_onc.tsv"
    pairs.write_text("drug1\tdrug2\nlisinopril\tmetformin\n")
    data = write_fhir(folder / "data", people(60))
    asked = TrainRequest("treatment.next", data, folder / "out", {"knowledge": str(folder)})
    return data, hooks.medapp_train(asked, TrialContext(folder))


def context(trained, tmp_path, **rest):
    return TrialContext(tmp_path, weights_files={WEIGHTS: trained[1].weights}, **rest)


def asked(trained, tmp_path, of, **parameters):
    return run_recommend(hooks, request(of, **parameters), context(trained, tmp_path))


# ---- proposals ----------------------------------------------------------------------------------------
def test_what_fits_the_problems_is_proposed_with_reasons_and_source(trained, tmp_path):
    found = asked(trained, tmp_path, record())
    assert not found.abstained
    proposed = {change.drug.name for change in found.options[0].changes}
    assert proposed == {"lisinopril", "amoxicillin"}
    one = next(option for option in found.options if option.key == "one:amoxicillin")
    assert one.title == "Start amoxicillin"
    best = next(text for text in one.statements if text.direction == "for")
    assert "Sore throat (problem)" in best.text
    assert best.entries == (f"c-{SORE}",)
    (estimate,) = one.estimates
    assert 0 < estimate.low <= estimate.probability == one.score <= estimate.high < 1
    assert "Jaccard" in estimate.citation.strength
    assert "56 patients" in estimate.citation.population
    assert found.charts[0].traces[0].labels[0] in proposed


def test_what_speaks_against_is_said(trained, tmp_path):
    found = asked(trained, tmp_path, record(problems=("38341003",), before=("lisinopril",)))
    names = {change.drug.name for option in found.options for change in option.changes}
    assert "amoxicillin" not in names
    assert "lisinopril" in names


@pytest.mark.parametrize("name", LEARNERS)
def test_every_algorithm_answers(trained, tmp_path, name):
    found = asked(trained, tmp_path, record(), algorithm=name)
    assert found.options or found.abstained
    if name == "same":
        assert [change.drug.name for change in found.options[0].changes] == ["lisinopril"]
        assert found.options[0].statements[0].entries == ("m-lisinopril",)


def test_a_current_medicine_goes_on_and_what_is_not_allowed_is_not_started(trained, tmp_path):
    current = (Drug("Zestril 10 mg", ("lisinopril",)),)
    of = replace(request(record()), current=current, candidates=(Drug("x", ("metformin",)),))
    found = run_recommend(hooks, of, context(trained, tmp_path))
    actions = {change.drug.name: change.action for option in found.options for change in option.changes}
    assert actions["lisinopril"] == "continue"
    assert "amoxicillin" not in actions


def test_the_last_set_stands_beside_where_it_is_another(trained, tmp_path):
    found = asked(trained, tmp_path, record())
    assert [change.drug.name for change in found.baseline.changes] == ["lisinopril"]
    same = asked(trained, tmp_path, record(problems=("38341003",)))
    assert same.baseline is None


def test_the_same_is_said_twice(trained, tmp_path):
    assert asked(trained, tmp_path, record()) == asked(trained, tmp_path, record())


# ---- abstaining ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("of", "parameters", "reason"),
    [
        (record(problems=("1", "2", "3")), {}, "knows only"),
        (record(born="1900-01-01"), {}, "The training had patients of"),
        (record(), {"as_of": "2019-01-01"}, "too old to go by"),
        (record(), {"as_of": ""}, "too old to go by"),
        (record(), {"as_of": "2014-01-01"}, "no visit"),
        (Record((), record().entries[-1:]), {}, "no visit"),
    ],
)
def test_it_abstains_with_the_reason(trained, tmp_path, of, parameters, reason):
    found = asked(trained, tmp_path, of, **parameters)
    assert not found.options
    assert reason in found.abstained


@pytest.mark.parametrize(
    ("name", "reason"),
    [("amoxicillin", "No medicine is likely"), ("unheard of", "knows none of the medicines")],
)
def test_it_abstains_where_nothing_that_may_be_proposed_is_likely(trained, tmp_path, name, reason):
    of = record(problems=("38341003",))
    only = replace(request(of), candidates=(Drug("x", (name,)),))
    found = run_recommend(hooks, only, context(trained, tmp_path))
    assert not found.options
    assert reason in found.abstained


@pytest.mark.parametrize("died", [True, When("2016-03-05")])
def test_nothing_is_proposed_for_the_dead(trained, tmp_path, died):
    of = record()
    dead = replace(of, persons=(replace(of.persons[0], deceased=died),))
    assert "has died" in asked(trained, tmp_path, dead).abstained


def test_a_day_before_a_death_can_be_asked_about(trained, tmp_path):
    of = record()
    dead = replace(of, persons=(replace(of.persons[0], deceased=When("2016-05-05")),))
    assert asked(trained, tmp_path, dead, as_of="2016-03-10").options


def test_unknown_codes_alone_are_strange(trained, tmp_path):
    of = record(problems=("999", "998"))
    entries = tuple(one for one in of.entries if one.id not in {"e1", "e2"})
    found = asked(trained, tmp_path, replace(of, entries=entries))
    assert found.familiarity is None or found.familiarity.is_strange
    assert "states no problem, procedure or kind of visit" in found.abstained


def test_what_is_stated_and_what_was_learned_are_told_by_terminology():
    row = ("problem ICD9:401", "procedure ICD9:966", "visit emergency", "result LOINC:2160-0 mg/dL", "age")
    assert _terms(row) == {"ICD9": 2, "words or codes of its own": 1}


def test_age_and_sex_that_are_not_known_are_told(trained, tmp_path):
    found = asked(trained, tmp_path, replace(record(), persons=()))
    codes = {one.code for one in found.notices}
    assert {"age-unknown", "sex-unknown", "last-visit", "limits"} <= codes


def test_the_visit_that_it_is_for_is_told_and_what_is_entered_later_makes_it_no_younger(trained, tmp_path):
    of = record()
    found = asked(trained, tmp_path, of, as_of="2016-03-20")
    assert found.day == "2016-03-02"
    (said,) = [one.message for one in found.notices if one.code == "last-visit"]
    assert said == "The proposals are for the last visit, on 2016-03-02, 18 days before 2016-03-20."
    assert not found.abstained
    assert (
        "377 days before 2017-03-14, more than 365"
        in asked(trained, tmp_path, of, as_of="2017-03-14").abstained
    )
    assert asked(trained, tmp_path, of, as_of="2017-03-14", stale_days=400).options
    today = replace(of.entries[0], id="late", content=supposed_today())
    late = replace(of, entries=(*of.entries, today))
    for each in (of, late):
        assert "too old to go by" in asked(trained, tmp_path, each, as_of="").abstained


def supposed_today():
    day = date.today().isoformat()  # noqa: DTZ011
    return supposed(Concept((Code(LOINC, "2160-0"),)), 1.0, "mg/dL", day).content


# ---- refusing -----------------------------------------------------------------------------------------
def test_an_empty_record_is_refused(trained, tmp_path):
    with pytest.raises(TaskRefused, match="needs a record"):
        asked(trained, tmp_path, Record())
    assert hooks.medapp_check_input(ClassifyRequest("treatment.next")).ok is False
    assert hooks.medapp_check_input(ClassifyRequest("another")) is None
    assert hooks.medapp_estimate_resources(request(record())).memory_bytes > 0


@pytest.mark.parametrize(
    ("parameters", "reason"), [({"algorithm": "magic"}, "no algorithm"), ({"as_of": "soon"}, "no day")]
)
def test_a_wrong_setting_is_refused(trained, tmp_path, parameters, reason):
    with pytest.raises(TaskRefused, match=reason):
        asked(trained, tmp_path, record(), **parameters)


@pytest.mark.parametrize("text", [b"", b"no weights", b"\x10\0\0\0\0\0\0\0{}              "])
def test_weights_that_are_none_are_refused(tmp_path, text):
    path = tmp_path / WEIGHTS
    path.write_bytes(text)
    with pytest.raises(TaskRefused, match="holds no model"):
        run_recommend(hooks, request(record()), TrialContext(tmp_path, weights_files={WEIGHTS: path}))


@pytest.mark.parametrize("at", [1, 2, 4])
def test_asking_can_be_cancelled(trained, tmp_path, at):
    with pytest.raises(JobCancelled):
        run_recommend(hooks, request(record()), context(trained, tmp_path, cancel_at=at))


# ---- training and measuring ---------------------------------------------------------------------------
def test_training_says_how_good_each_is_on_patients_that_it_has_not_seen(trained):
    model = load(trained[1].weights)
    figures = model.facts["figures"]
    assert set(figures) == set(LEARNERS)
    assert figures["logistic"]["jaccard"][0] > figures["frequent"]["jaccard"][0] + 0.2
    assert model.default in {"logistic", "gru"}
    assert figures["logistic"]["jaccard"][1] < figures["logistic"]["jaccard"][0]
    assert model.facts["data"]["interactions"][0] > 0
    assert all(0 <= part < 5 for part in model.parts.values())
    assert any("(default), jaccard" in name for name in trained[1].metrics)


def test_training_goes_on_where_it_was_and_gives_the_same_file(trained, tmp_path, monkeypatch):
    out = tmp_path / "out"
    parameters = {"knowledge": str(trained[0].parent)}
    with pytest.raises(TaskRefused, match="train again into this folder"):
        hooks.medapp_train(
            TrainRequest("treatment.next", trained[0], out, parameters, budget_minutes=0),
            TrialContext(tmp_path),
        )
    for number in range(6):
        shutil.copy(trained[1].weights.with_name(f"fit_{number}.safetensors"), out)
    monkeypatch.setattr(training, "fit_all", None)  # nothing is fitted again
    made = hooks.medapp_train(
        TrainRequest("treatment.next", trained[0], out, parameters), TrialContext(tmp_path)
    )
    assert made.weights.read_bytes() == trained[1].weights.read_bytes()


def test_parts_of_another_training_are_not_taken(trained, tmp_path):
    fit = trained[1].weights.with_name("fit_0.safetensors")
    assert load_fit("another", fit) is None
    assert load_fit("another", tmp_path / "nothing") is None
    (tmp_path / "bad.safetensors").write_bytes(fit.read_bytes()[:500])
    assert load_fit("another", tmp_path / "bad.safetensors") is None


def test_a_file_holds_no_name_of_a_patient_and_is_the_same_each_time(trained, tmp_path):
    model = load(trained[1].weights)
    save(model, tmp_path / WEIGHTS)
    data = trained[1].weights.read_bytes()
    assert (tmp_path / WEIGHTS).read_bytes() == data
    assert b"p0-17" not in data
    json.dumps(model.facts, allow_nan=False)


def test_patients_of_the_training_count_by_the_fit_that_has_not_seen_them(trained, tmp_path):
    asked_for = EvaluateRequest("treatment.next", trained[0])
    found = hooks.medapp_evaluate(asked_for, context(trained, tmp_path))
    model = load(trained[1].weights)
    trained_figure = model.facts["figures"][model.default]["jaccard"]
    assert found.metrics["jaccard"] == pytest.approx(trained_figure[0])
    assert {row["learner"] for row in found.rows} == set(training.TITLES.values())
    assert any("56 of 56 patients are of the training" in one.message for one in found.notices)
    overlap, rank, *medicines = found.predictions
    assert overlap.kind == "share"
    assert sum(overlap.scores) / len(overlap.scores) == pytest.approx(found.metrics["jaccard"])
    assert rank.kind == "ranking"
    assert min(rank.scores) >= 1
    assert {one.key for one in medicines} == {"lisinopril", "metformin", "amoxicillin"}


@pytest.mark.parametrize("write", [write_fhir, write_omop])
def test_others_are_measured_by_the_model_of_all(trained, tmp_path, write):
    data = write(tmp_path / "new", people(20, seed=5))
    path = trained[1].weights
    found = hooks.medapp_evaluate(
        EvaluateRequest("treatment.next", data, path.parent), context(trained, tmp_path)
    )
    assert any(one.message.startswith("0 of ") for one in found.notices)
    assert found.metrics["jaccard"] > 0.6
    assert found.metrics["jaccard low"] <= found.metrics["jaccard"] <= found.metrics["jaccard high"]


def test_mimic_goes_the_same_way(tmp_path):
    data = write_mimic(tmp_path / "mimic", people(30))
    made = hooks.medapp_train(TrainRequest("treatment.next", data, tmp_path / "out"), TrialContext(tmp_path))
    model = load(made.weights)
    assert model.facts["data"]["format"] == "MIMIC-III"
    assert set(model.final.medicines) == {"lisinopril", "metformin", "amoxicillin"}
    assert model.facts["figures"]["logistic"]["interactions"] == [None, None, None]


def test_medicines_of_too_few_patients_are_refused(tmp_path):
    data = write_fhir(tmp_path / "data", people(20))
    of = TrainRequest("treatment.next", data, tmp_path / "out", {"least_patients": 1000})
    with pytest.raises(TaskRefused, match="no medicine was prescribed to 1000"):
        hooks.medapp_train(of, TrialContext(tmp_path))


def test_one_class_alone_is_learned_without_a_fault(tmp_path):
    who = people(20)
    for one in who:
        for visit in one.visits:
            visit.problems, visit.medicines = ["38341003"], ["lisinopril"]
    patients = cohort_of(write_fhir(tmp_path, who), lambda: None).patients
    fitted = fit_all(patients, Asked(frozenset(), 0.5, 3, 0, lambda: None))
    for name in LEARNERS:
        said = fitted.probabilities(name, patients, ("lisinopril",))
        assert ((said > 0) & (said <= 1)).all()


@pytest.mark.parametrize("at", [1, 30, 400])
def test_training_can_be_cancelled_anywhere(trained, tmp_path, at):
    with pytest.raises(JobCancelled):
        hooks.medapp_train(
            TrainRequest("treatment.next", trained[0], tmp_path / "out"), TrialContext(tmp_path, cancel_at=at)
        )
    assert not (tmp_path / "out" / WEIGHTS).exists()
