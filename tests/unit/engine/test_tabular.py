"""A model of a table: the same numbers after it is kept and read, other data refused, no code run."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import load_file, save_file
from sklearn.metrics import roc_auc_score

from medapp.engine.tabular import SchemaError, choose_strength, cross_validate, fit, leak_test, load
from medapp.engine.tabular.applying import NUMBERS, WORDS
from medapp.engine.tabular.evaluating import bootstrap, folds
from medapp.engine.tabular.fitting import as_plain, pipeline

UNITS = {"creatinine": "mg/dL", "age": "a"}


def data(rows=400, seed=0):
    random = np.random.default_rng(seed)
    creatinine = random.normal(1.0, 0.3, rows)
    age = random.normal(60, 10, rows)
    sex = random.choice(["male", "female"], rows)
    chance = 1 / (1 + np.exp(-(3 * (creatinine - 1) + (age - 60) / 10)))
    labels = (random.random(rows) < chance).astype(int)
    creatinine[random.random(rows) < 0.2] = np.nan
    frame = pd.DataFrame({"creatinine": creatinine, "age": age, "sex": sex})
    frame.loc[3, "sex"] = None
    return frame, labels


def test_the_plain_numbers_give_what_the_pipeline_gives():
    frame, labels = data()
    numbers, categories = ["creatinine", "age"], ["sex"]
    plain = as_plain(frame, numbers, categories)
    peer = pipeline(numbers, categories).fit(plain, labels)
    model = fit(frame, labels, UNITS)
    other, _labels = data(50, 1)
    other.loc[0, "sex"] = "never seen"
    expected = peer.predict_proba(as_plain(other, numbers, categories))[:, 1]
    np.testing.assert_allclose(model.predict(other, UNITS), expected, atol=1e-12)


def test_what_is_kept_and_read_gives_the_same(tmp_path):
    frame, labels = data()
    model = fit(frame, labels, UNITS, source={"rules": "kept"})
    model.save(tmp_path)
    again = load(tmp_path)
    assert again.source == {"rules": "kept"}
    assert again.schema == model.schema
    turned = frame[["sex", "age", "creatinine"]]
    np.testing.assert_array_equal(again.predict(turned, UNITS), model.predict(frame, UNITS))


def test_new_data_is_not_fitted_on():
    frame, labels = data()
    model = fit(frame, labels, UNITS)
    one = model.predict(frame.iloc[:1], UNITS)
    assert one[0] == model.predict(frame, UNITS)[0]


@pytest.mark.parametrize(
    ("change", "units", "word"),
    [
        (lambda frame: frame.drop(columns="age"), UNITS, "lacks age"),
        (lambda frame: frame.assign(more=1.0), UNITS, "has besides more"),
        (lambda frame: frame, {**UNITS, "creatinine": "umol/L"}, "creatinine in umol/L, not mg/dL"),
        (lambda frame: frame, {"age": "a"}, "creatinine in no unit"),
        (lambda frame: frame.assign(age="old"), UNITS, "words in age"),
    ],
)
def test_other_columns_and_units_are_refused(change, units, word):
    frame, labels = data()
    model = fit(frame, labels, UNITS)
    with pytest.raises(SchemaError, match=word):
        model.predict(change(frame), units)


def test_the_pipeline_is_fitted_once_and_nothing_of_it_changes_by_what_it_is_applied_to():
    frame, labels = data()
    model = fit(frame, labels, UNITS)
    learned = [getattr(model, name).copy() for name in ("medians", "means", "scales", "weights")]
    other, _labels = data(50, 1)
    other["creatinine"] = other["creatinine"] * 100 + 7
    other.loc[0, "creatinine"] = np.nan
    prepared = model.prepare(other, UNITS)
    for name, before in zip(("medians", "means", "scales", "weights"), learned, strict=True):
        np.testing.assert_array_equal(getattr(model, name), before)
    # Filled with the median of training, not with that of the other data, which is a hundred times larger.
    assert prepared[0, 0] == pytest.approx(
        (np.nanmedian(frame["creatinine"]) - model.means[0]) / model.scales[0]
    )
    assert prepared[1:, 0].mean() > 100


def test_only_what_the_same_pipeline_has_made_is_taken(tmp_path):
    frame, labels = data()
    model = fit(frame, labels, UNITS, features="ab" * 32)
    model.save(tmp_path)
    again = load(tmp_path)
    assert again.features == "ab" * 32
    np.testing.assert_array_equal(
        again.predict(frame, UNITS, features="ab" * 32), model.predict(frame, UNITS, features="ab" * 32)
    )
    with pytest.raises(SchemaError, match=r"made by the features cdcdcdcdcdcd, .* on those of abababababab"):
        again.predict(frame, UNITS, features="cd" * 32)
    with pytest.raises(SchemaError, match="unknown features"):
        again.predict(frame, UNITS)


def test_the_pipeline_lies_beside_the_model_and_another_is_refused(tmp_path):
    frame, labels = data()
    made, other = tmp_path / "made", tmp_path / "other"
    for folder, sha256 in ((made, "ab" * 32), (other, "cd" * 32)):
        folder.mkdir()
        (folder / "features.json").write_text(json.dumps({"sha256": sha256}))
    model = fit(frame, labels, UNITS, features="ab" * 32)
    for _ in range(2):
        model.save(tmp_path / "model", pipeline=made)
    assert (tmp_path / "model" / "features" / "features.json").read_text() == (
        made / "features.json"
    ).read_text()
    with pytest.raises(ValueError, match="not the one that the model was fitted on"):
        model.save(tmp_path / "model", pipeline=other)


def test_files_that_are_no_model_are_refused_and_nothing_of_them_is_run(tmp_path):
    frame, labels = data()
    fit(frame, labels, UNITS).save(tmp_path)
    arrays = load_file(tmp_path / NUMBERS)
    save_file({**arrays, "weights": arrays["weights"][:-1].copy()}, tmp_path / NUMBERS)
    with pytest.raises(ValueError, match="weights"):
        load(tmp_path)
    save_file({**arrays, "indicated": np.array([7])}, tmp_path / NUMBERS)
    with pytest.raises(ValueError, match="indicated"):
        load(tmp_path)
    (tmp_path / NUMBERS).write_bytes(pickle.dumps({"weights": 1}))
    with pytest.raises(ValueError, match="not the files"):
        load(tmp_path)
    for text in (json.dumps({"version": 9}), "[]", "{"):
        (tmp_path / WORDS).write_text(text)
        with pytest.raises(ValueError, match=r"."):
            load(tmp_path)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nowhere")


def test_labels_of_one_kind_are_refused():
    frame, labels = data()
    with pytest.raises(ValueError, match="both kinds"):
        fit(frame, labels * 0, UNITS)


def test_a_table_without_words_and_with_an_empty_column():
    frame, labels = data()
    frame = frame[["age"]].assign(nothing=np.nan)
    predicted = fit(frame, labels, UNITS).predict(frame, UNITS)
    assert np.isfinite(predicted).all()


def test_no_patient_stands_on_both_sides():
    labels = np.tile([0, 0, 1], 100)
    patients = [f"p{n // 3}" for n in range(300)]
    seen = []
    for train, test in folds(labels, patients):
        assert not {patients[row] for row in train} & {patients[row] for row in test}
        seen.extend(test.tolist())
    assert sorted(seen) == list(range(300))


def test_cross_validation_finds_what_is_there_and_shuffled_labels_find_nothing():
    frame, labels = data(1500)
    patients = [str(n) for n in range(len(labels))]

    def learn(train, known, test):
        return fit(frame.iloc[train], known, UNITS).predict(frame.iloc[test], UNITS)

    found = cross_validate(learn, labels, patients, rounds=50)
    assert found.auroc.low < found.auroc.value < found.auroc.high
    assert found.auroc.value > 0.7
    assert len(found.fold_aurocs) == 5
    assert 0 < found.brier.value < 0.25
    assert abs(leak_test(learn, labels, patients, rounds=10).auroc.value - 0.5) < 0.05


def test_a_leak_is_seen_by_shuffled_labels():
    _frame, labels = data(600)
    patients = [str(n) for n in range(len(labels))]
    # A feature that is chosen by all labels, test rows among them, which is what the test is to find.
    noise = np.random.default_rng(1).normal(size=(len(labels), 1000))

    def leaking(shuffled):
        best = np.argsort(-np.abs((noise - noise.mean(0)).T @ (shuffled - shuffled.mean())))[:20]
        frame = pd.DataFrame(noise[:, best], columns=[f"f{n}" for n in range(20)])

        def learn(train, known, test):
            return fit(frame.iloc[train], known, {}).predict(frame.iloc[test], {})

        return learn

    shuffled = np.random.default_rng(0).permutation(labels)
    assert cross_validate(leaking(shuffled), shuffled, patients, rounds=5).auroc.value > 0.6
    assert leak_test(leaking(shuffled), labels, patients, seed=0, rounds=5).auroc.value > 0.6


def test_shuffled_labels_of_several_rows_a_patient_stay_together():
    labels = np.repeat([0, 1] * 20, 3)
    patients = np.repeat(np.arange(40), 3).astype(str).tolist()
    given = []

    def learn(train, known, test):
        given.append({patients[row]: label for row, label in zip(train, known, strict=True)})
        assert all(given[-1][patients[row]] == label for row, label in zip(train, known, strict=True))
        return np.linspace(0, 1, len(test))

    leak_test(learn, labels, patients, rounds=5)
    assert len(given) == 5


def test_the_interval_holds_the_figure_and_is_wider_for_fewer_patients():
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, 300)
    predicted = labels + random.normal(0, 1, 300)
    each = bootstrap(roc_auc_score, labels, predicted, [str(n) for n in range(300)], rounds=50)
    few = bootstrap(roc_auc_score, labels, predicted, [str(n % 20) for n in range(300)], rounds=50)
    assert each.low < each.value < each.high
    assert each == bootstrap(roc_auc_score, labels, predicted, [str(n) for n in range(300)], rounds=50)
    assert few.value == each.value


def test_the_penalty_is_chosen_by_training_patients():
    frame, labels = data(300)
    patients = [str(n) for n in range(len(labels))]
    strength = choose_strength(frame, labels, UNITS, patients, strengths=(1e-7, 0.1))
    assert strength == 0.1
