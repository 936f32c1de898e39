"""`medapp features`: rules, frame, sequences and their description, fitted once and applied to others."""

from __future__ import annotations

import csv
import json

import numpy as np
import pandas as pd
import pytest

from medapp.cli.ending import NOTHING_FITS, WRONG_USE, Problem
from medapp.cli.features import Wish, features
from medapp.knowledge.features import read_columns, read_folder, units_of
from medapp.knowledge.quality import Rule
from medapp.services.app import App
from medapp.services.paths import AppPaths
from medapp.services.quality_rules import ASIDE, NAME, chosen_rules, export_rules, keep_rules

LOINC = "http://loinc.org"


def observation(name, patient, value, day, code="2160-0", unit="mg/dL"):
    quantity = {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
    return {
        "resourceType": "Observation", "id": name, "status": "final",
        "code": {"coding": [{"system": LOINC, "code": code, "display": "Creatinine"}]},
        "subject": {"reference": f"Patient/{patient}"}, "effectiveDateTime": f"{day}T08:00:00Z",
        "valueQuantity": quantity,
    }  # fmt: skip


def bundle(number, *, shift=0.0, extra=()):
    patient = f"p{number}"
    found = [
        {"resourceType": "Patient", "id": patient, "gender": "female", "birthDate": "1950-01-01"},
        *(observation(f"{patient}-{n}", patient, 0.8 + number / 50 + n / 10 + shift, f"2020-0{n + 1}-10")
          for n in range(4)),
        observation(f"{patient}-g", patient, 90.0 + number, "2020-04-10", "2345-7"),
        {"resourceType": "Condition", "id": f"{patient}-c", "subject": {"reference": f"Patient/{patient}"},
         "code": {"coding": [{"system": "http://snomed.info/sct", "code": "38341003", "display": "HTN"}]},
         "onsetDateTime": "2019-05-01"},
        *extra,
    ]  # fmt: skip
    entries = [{"fullUrl": f"http://e/{one['id']}", "resource": one} for one in found]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "records"
    made.mkdir()
    for number in range(20):
        extra = (observation(f"again{number}", f"p{number}", 0.8 + number / 50, "2020-01-10"),)
        (made / f"{number}.json").write_text(bundle(number, extra=extra if number == 3 else ()))
    return made


@pytest.fixture
def run(medapp_home, capsys):
    def call(*sources, out, **more):
        wish = {
            "rules": None, "plan": None, "mapping": None, "index_time": "last", "windows": (),
            "force": False, "as_json": True, **more,
        }  # fmt: skip
        features(Wish(tuple(map(str, sources)), out, **wish))
        return json.loads(capsys.readouterr().out) if wish["as_json"] else capsys.readouterr()

    return call


def table(out):
    return pd.read_csv(out / "features.csv", index_col="subject", dtype={"subject": str})


def test_everything_is_written_and_described(folder, tmp_path, run):
    before = {path: path.read_bytes() for path in folder.iterdir()}
    told = run(folder, out=tmp_path / "out", windows=(60.0, 0.0), index_time="2020-04-30")
    assert (told["patients"], told["fitted"], told["rules_from"]) == (20, True, "proposed")
    assert told["notice"] == "Not for diagnostic use."
    frame = table(tmp_path / "out").drop(columns="index_time")
    columns = read_columns(tmp_path / "out" / "columns.json")
    assert [one.name for one in columns] == list(frame.columns)
    assert frame.loc["p0", "2160-0__last_60d"] == pytest.approx(1.1)
    assert frame.loc["p0", "2160-0__count_60d"] == 2
    assert frame.loc["p3", "2160-0__count_0d"] == 4  # the value that was sent twice counts once
    assert frame.loc["p0", "2160-0__slope_0d"] == pytest.approx(0.1 / 30, rel=0.05)
    assert frame.loc["p0", "38341003__codes"] == 1
    assert units_of(columns)["2160-0__slope_0d"] == "mg/dL/d"
    document = (tmp_path / "out" / "columns.md").read_text("utf-8")
    assert "Not for diagnostic use." in document
    assert all(f"`{one.name}`" in document for one in columns)
    arrays = np.load(tmp_path / "out" / "sequences.npz", allow_pickle=False)
    assert arrays["values"].shape == (20, 4, 2) == arrays["mask"].shape == arrays["delta"].shape
    assert arrays["times"].shape == (20, 4)
    assert arrays["subjects"].tolist() == frame.index.tolist()
    assert arrays["units"].tolist() == ["mg/dL", "mg/dL"]
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_what_is_left_out_is_named_with_why(folder, tmp_path, run):
    plain = {"resourceType": "Observation", "id": "x", "status": "final", "code": {"text": "Rare"},
             "effectiveDateTime": "2020-01-10", "valueQuantity": {"value": 1}}  # fmt: skip
    rare = plain | {"subject": {"reference": "Patient/p90"}}
    extra = (
        rare,
        plain | {"id": "y"},
        {"resourceType": "Organization", "id": "o", "name": "Clinic"},
        observation("odd", "p90", 5.0, "2020-02-10", unit="mm[Hg]"),
    )
    (folder / "90.json").write_text(bundle(90, extra=extra))
    told = run(folder, out=tmp_path / "out", as_json=False).err
    assert "1 numbers of Creatinine (mg/dL): 1 in mm[Hg], which cannot be brought into mg/dL" in told
    assert "no columns, as fewer than 5% of the patients have them: Rare (1)" in told
    assert "left out: 2 entries that belong to no patient: 1 Observation, 1 Organization" in told
    report = run(folder, out=tmp_path / "json")
    assert report["left_out_variables"] == [{"variable": "Rare", "patients": 1}]
    assert report["of_nobody"] == {"Observation": 1, "Organization": 1}


def test_how_far_it_is_never_goes_back(folder, tmp_path, run, monkeypatch):
    from medapp.jobs.local import LocalContext

    told, progress = [], LocalContext.progress

    def noted(self, fraction, message=""):
        told.append((fraction, message))
        progress(self, fraction, message)

    monkeypatch.setattr(LocalContext, "progress", noted)
    run(folder, out=tmp_path / "out")
    shares = [share for share, _ in told if share is not None]
    assert shares == sorted(shares)
    assert len(shares) > 20
    assert list(dict.fromkeys(what for _, what in told)) == [
        "looking at what there is", "looking through records", "applying rules", "choosing columns",
    ]  # fmt: skip


def test_what_was_fitted_is_applied_to_others_and_never_fitted_again(folder, tmp_path, run):
    rules = tmp_path / "rules.json"
    export_rules([Rule("outlier", "drop"), Rule("missing", "median"), Rule("duplicate", "drop")], rules)
    fitted = run(folder, out=tmp_path / "out", rules=rules)
    assert fitted["rules_from"] == "file"
    new = tmp_path / "new"
    new.mkdir()
    for number in (90, 91):
        (new / f"{number}.json").write_text(bundle(number, shift=40.0))
    applied = run(new, out=tmp_path / "applied", plan=tmp_path / "out")
    assert (applied["fitted"], applied["rules_from"]) == (False, "plan")
    assert applied["features_sha256"] == fitted["features_sha256"]
    assert read_folder(tmp_path / "applied" / "features")[1] == fitted["features_sha256"]
    one, other = table(tmp_path / "out"), table(tmp_path / "applied")
    assert list(one.columns) == list(other.columns)
    # All creatinine of the new patients is an outlier by training, and is filled with training's median.
    assert (other["2160-0__count_365d"] == 0).all()
    assert other["2160-0__last_365d"].tolist() == pytest.approx([one["2160-0__last_365d"].median()] * 2)
    alone = run(new / "90.json", out=tmp_path / "alone", plan=tmp_path / "out" / "features")
    assert alone["patients"] == 1
    assert table(tmp_path / "alone").loc["p90"].equals(other.loc["p90"])


def test_a_model_takes_only_the_features_that_it_was_fitted_on(folder, tmp_path, run):
    from medapp.engine.tabular import SchemaError, fit, load

    told = run(folder, out=tmp_path / "out")
    frame = table(tmp_path / "out").drop(columns="index_time")
    pipeline, sha256 = read_folder(tmp_path / "out" / "features")
    units = units_of(pipeline.columns)
    labels = (np.arange(20) % 2).astype(int)
    model = fit(frame, labels, units, features=told["features_sha256"])
    model.save(tmp_path / "model", pipeline=tmp_path / "out" / "features")
    again = load(tmp_path / "model")
    (tmp_path / "new.json").write_text(bundle(50))
    applied = run(tmp_path / "new.json", out=tmp_path / "applied", plan=tmp_path / "model")
    assert applied["features_sha256"] == sha256
    new = table(tmp_path / "applied").drop(columns="index_time")
    assert 0 < again.predict(new, units, features=applied["features_sha256"])[0] < 1
    other = run(folder, out=tmp_path / "other", windows=(30.0,))
    with pytest.raises(SchemaError, match="the columns were made by"):
        again.predict(new, units, features=other["features_sha256"])
    with pytest.raises(SchemaError, match="lacks"):
        again.predict(table(tmp_path / "other"), units, features=sha256)
    with pytest.raises(SchemaError, match="not mg/dL"):
        again.predict(new, units | {"2160-0__last_365d": "umol/L"}, features=sha256)


def test_one_number_in_two_folders_is_two_patients(tmp_path, run):
    for name in ("north", "south"):
        (tmp_path / "both" / name).mkdir(parents=True)
        (tmp_path / "both" / name / "a.json").write_text(bundle(1, shift=0.5 * (name == "south")))
    told = run(tmp_path / "both", out=tmp_path / "out")
    assert told["patients"] == 2
    assert table(tmp_path / "out").index.tolist() == ["north:p1", "south:p1"]


def test_a_patient_in_several_files_is_one(tmp_path, run):
    (tmp_path / "one").mkdir()
    patient = {"resourceType": "Patient", "id": "p1", "birthDate": "2020-02-01"}
    lines = [observation("a", "p1", 1.0, "2020-03-01"), observation("b", "p1", 2.0, "2020-01-01")]
    (tmp_path / "one" / "Observation.ndjson").write_text("\n".join(map(json.dumps, lines)))
    (tmp_path / "one" / "Patient.ndjson").write_text(json.dumps(patient))
    told = run(tmp_path / "one", out=tmp_path / "out")
    assert told["patients"] == 1
    # The one before birth is left out, though the file that tells the birth date comes later.
    assert {(one["kind"], one["changed"]) for one in told["changes"]} >= {("date", 1)}
    assert table(tmp_path / "out").loc["p1", "2160-0__count_365d"] == 1


WIDE = "patient_id,age,creatinine,died\n" + "".join(
    f"{n},{50 + n},{'' if n % 4 == 0 else 1 + n / 20},{n % 2}\n" for n in range(24)
)


def test_an_outcome_is_never_a_feature_and_two_tables_are_two_sets_of_patients(tmp_path, run):
    (tmp_path / "stays.csv").write_text(WIDE)
    (tmp_path / "others.csv").write_text(WIDE)
    told = run(tmp_path / "stays.csv", tmp_path / "others.csv", out=tmp_path / "out")
    assert told["patients"] == 48
    assert told["unconfirmed"] == ["stays.csv", "others.csv"]
    frame = table(tmp_path / "out")
    assert "died" not in frame.columns
    assert frame["creatinine__missing"].sum() == 12
    assert frame.index[0] == "stays.csv:0"


def test_rules_chosen_in_the_window_are_taken(folder, tmp_path, run):
    with App.open() as app:
        keep_rules(app.paths, [Rule("duplicate", "keep")])
    told = run(folder, out=tmp_path / "out")
    assert told["rules_from"] == "chosen"
    assert {"kind": "duplicate", "action": "keep", "variable": ""} in told["rules"]
    assert {"kind": "impossible", "action": "drop", "variable": ""} in told["rules"]
    assert table(tmp_path / "out").loc["p3", "2160-0__count_365d"] == 5


def test_patients_of_the_library(folder, tmp_path, run):
    from medapp.services.records import import_records

    with App.open() as app:
        found = app.library.import_paths([folder])
        import_records(app.library, found.records)
        keys = [one.key for one in app.library.records.persons()]
    told = run(out=tmp_path / "all")
    assert (told["patients"], told["rows"]) == (20, 20)
    assert set(table(tmp_path / "all").index) == set(keys)
    paths = run(folder, out=tmp_path / "paths")
    assert told["changes"] == paths["changes"]
    one, other = (table(tmp_path / name).drop(columns="index_time") for name in ("all", "paths"))
    assert list(one.columns) == list(other.columns)
    assert sorted(one["2160-0__last_365d"]) == pytest.approx(sorted(other["2160-0__last_365d"]))
    few = run(*keys[:2], out=tmp_path / "few", plan=tmp_path / "all")
    assert few["patients"] == 2
    with pytest.raises(Problem, match="no record of 'nobody'"):
        run("nobody", out=tmp_path / "none")


def test_what_does_not_go_together_is_refused(folder, tmp_path, run):
    out = tmp_path / "out"
    rules = tmp_path / "rules.json"
    export_rules([], rules)
    for more, words in (
        ({"plan": tmp_path, "rules": rules}, "--plan has its own"),
        ({"plan": tmp_path, "windows": (1.0,)}, "--plan has its own"),
        ({"index_time": "tomorrow"}, "neither 'last' nor a date"),
        ({"windows": (float("nan"),)}, "number of days"),
        ({"rules": folder / "0.json"}, "holds no rules that can be used"),
        ({"rules": tmp_path / "nowhere"}, "there is nothing at"),
        ({"plan": folder}, "holds no features"),
    ):
        with pytest.raises(Problem, match=words) as told:
            run(folder, out=out, **more)
        assert told.value.status == WRONG_USE
    with pytest.raises(Problem, match="'nobody' is no path"):
        run(folder, "nobody", out=out)
    with pytest.raises(Problem, match="columns of tables under a path"):
        run(out=out, mapping=rules)
    with pytest.raises(Problem, match="holds no record") as told:
        run(out=out)
    assert told.value.status == NOTHING_FITS
    (tmp_path / "empty").mkdir()
    with pytest.raises(Problem, match="no patient"):
        run(tmp_path / "empty", out=out)
    assert not (out / "features.csv").exists()


def test_where_nothing_can_be_read_the_reasons_are_told(tmp_path, run, capsys):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "a.json").write_text('{"resourceType": "Patient", "id": "p", ')
    with pytest.raises(Problem, match="no patient"):
        run(tmp_path / "broken", out=tmp_path / "out")
    assert "not read: a.json" in capsys.readouterr().err


def test_files_are_replaced_only_when_asked(folder, tmp_path, run):
    run(folder, out=tmp_path / "out")
    with pytest.raises(Problem, match=r"already holds features\.csv.*--force"):
        run(folder, out=tmp_path / "out")
    again = run(folder, out=tmp_path / "out", force=True, windows=(10.0,))
    assert read_folder(tmp_path / "out" / "features")[1] == again["features_sha256"]


def test_the_same_data_gives_the_same_files(folder, tmp_path, run):
    for name in ("one", "two"):
        run(folder, out=tmp_path / name)
    for name in ("features.csv", "columns.json", "columns.md", "features/features.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_names_that_a_spreadsheet_would_run_are_written_as_text(tmp_path, run):
    (tmp_path / "stays.csv").write_text(WIDE.replace("creatinine", "=HYPERLINK(1)").replace("\n3,", "\n@x,"))
    run(tmp_path / "stays.csv", out=tmp_path / "out")
    with (tmp_path / "out" / "features.csv").open(newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "@"))]
    assert "'@x" in cells


def test_the_summary_says_what_was_done(folder, tmp_path, run):
    told = run(folder, out=tmp_path / "out", as_json=False)
    assert "duplicate" in told.out
    assert "rules: proposed, as nobody has chosen any" in told.err
    assert "fitted on these patients" in told.err
    assert "Not for diagnostic use." in told.err


def test_rules_are_kept_whole_or_not_at_all(tmp_path, monkeypatch):
    paths = AppPaths.under(tmp_path).create()
    assert chosen_rules(paths) == ()
    keep_rules(paths, [Rule("unit", "convert", "Creatinine", "so")])
    assert chosen_rules(paths) == (Rule("unit", "convert", "Creatinine", "so"),)
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        keep_rules(paths, [])
    assert [path.name for path in paths.data.iterdir() if path.is_file()] == [NAME]
    assert len(chosen_rules(paths)) == 1
    monkeypatch.undo()
    (paths.data / NAME).write_text("damaged")
    keep_rules(paths, [Rule("unit", "keep")])
    assert (paths.data / ASIDE).read_text() == "damaged"
    assert chosen_rules(paths) == (Rule("unit", "keep"),)


RELATIVE = "id,days,test,value\n" + "".join(
    f"{n},{day},hdl,{40 + n + day / 100}\n" for n in range(12) for day in (-400, -30, -10, 20)
)


def test_times_counted_from_an_event_are_put_in_order_and_called_so(tmp_path, run):
    (tmp_path / "labs.csv").write_text(RELATIVE)
    told = run(tmp_path / "labs.csv", out=tmp_path / "out", index_time="event", windows=(90.0,))
    frame = table(tmp_path / "out")
    assert set(frame["index_time"]) == {"event+0d"}
    assert frame.loc["3", "hdl__count_90d"] == 2
    assert frame.loc["3", "hdl__last_90d"] == pytest.approx(42.9)
    assert frame.loc["3", "hdl__since_90d"] == 240
    assert told["sequences"] == {"patients": 12, "steps": 3, "variables": 1}
    later = run(tmp_path / "labs.csv", out=tmp_path / "later", index_time="event+20", plan=tmp_path / "out")
    assert later["fitted"] is False
    assert table(tmp_path / "later").loc["3", "hdl__count_90d"] == 3
    last = run(tmp_path / "labs.csv", out=tmp_path / "last")
    assert set(table(tmp_path / "last")["index_time"]) == {"event+20d"}
    assert last["rows"] == 12


def test_dates_and_times_counted_from_an_event_are_not_mixed(folder, tmp_path, run):
    (folder / "labs.csv").write_text(RELATIVE)
    with pytest.raises(Problem, match="cannot be put on one scale"):
        run(folder, out=tmp_path / "out")
    with pytest.raises(Problem, match="cannot be put on one scale"):
        run(folder / "0.json", out=tmp_path / "out", index_time="event-3")


def test_a_unit_of_time_that_is_not_known_is_not_guessed(tmp_path, run):
    (tmp_path / "labs.csv").write_text(RELATIVE.replace("days", "offset"))
    run(tmp_path / "labs.csv", out=tmp_path / "out", index_time="event")
    columns = read_columns(tmp_path / "out" / "columns.json")
    assert {one.statistic for one in columns if one.title == "hdl"} == {"value"}


def test_proposed_rules_can_be_written_changed_and_given_back(folder, tmp_path, run, capsys):
    from medapp.cli.quality import quality

    path = tmp_path / "rules.json"
    quality([folder], as_json=True, propose=path)
    assert "medapp features PATH --rules" in capsys.readouterr().err
    found = json.loads(path.read_text())
    assert [one["kind"] for one in found["rules"]] == ["duplicate"]
    found["rules"][0]["action"] = "keep"
    path.write_text(json.dumps(found))
    told = run(folder, out=tmp_path / "out", rules=path)
    assert told["rules"] == [{"kind": "duplicate", "action": "keep", "variable": ""}]
    with pytest.raises(Problem, match="cannot be written"):
        quality([folder], as_json=True, propose=tmp_path / "nowhere" / "rules.json")


# ---- real data ------------------------------------------------------------------------------------------
@pytest.fixture
def ehr(shared_data):
    found = shared_data / "ehr"
    if not found.is_dir():
        pytest.skip(f"no records at {found}")
    return found


def test_synthea_patients(ehr, tmp_path, run):
    from medapp.domain.record import Entry, Observation, Quantity
    from medapp.formats.recognise import read, recognise

    bundles = sorted((ehr / "synthea_fhir_r4" / "bundles").glob("*.json.gz"))[:12]
    told = run(*bundles, out=tmp_path / "out", windows=(0.0,))
    assert told["patients"] == told["rows"] == 12
    assert told["refused"] == []
    frame = table(tmp_path / "out")
    # Counted anew, without any of the code that makes features: body height of each patient.
    for path in bundles:
        items = [one for one in read(recognise(path)) if isinstance(one, Entry)]
        heights = {
            one.content.effective.start.text: one.content.value.value
            for one in items
            if isinstance(one.content, Observation)
            and one.content.concept.code(LOINC) == "8302-2"
            and isinstance(one.content.value, Quantity)
        }
        subject = next(one.subject for one in items if one.subject)
        assert frame.loc[subject, "8302-2__count_0d"] == len(heights)
        if heights:
            assert frame.loc[subject, "8302-2__last_0d"] == pytest.approx(heights[max(heights)])
            assert frame.loc[subject, "8302-2__max_0d"] == pytest.approx(max(heights.values()))
    few = run(*bundles[:3], out=tmp_path / "few", plan=tmp_path / "out")
    assert few["patients"] == 3
    one, other = frame.drop(columns="index_time"), table(tmp_path / "few").drop(columns="index_time")
    pd.testing.assert_frame_equal(one.loc[other.index], other)


def test_intensive_care_stays(ehr, tmp_path, run):
    import gzip

    path = ehr / "physionet2012_icu" / "PhysionetChallenge2012-set-a.csv.gz"
    with gzip.open(path, "rt") as file:
        rows = [line for _number, line in zip(range(301), file, strict=False)]
    (tmp_path / "stays.csv").write_text("".join(rows))
    told = run(tmp_path / "stays.csv", out=tmp_path / "out")
    assert told["patients"] == 300
    frame = table(tmp_path / "out")
    assert "In-hospital_death" not in frame.columns
    cells = pd.read_csv(tmp_path / "stays.csv")
    missing = cells["Lactate_last"].isna().to_numpy()
    assert 0 < missing.sum() < 300
    np.testing.assert_array_equal(frame["Lactate_last__missing"].to_numpy() == 1, missing)
    np.testing.assert_allclose(frame["Lactate_last"].to_numpy(), cells["Lactate_last"].to_numpy())


def test_longitudinal_laboratory_values(ehr, tmp_path, run):
    import gzip

    with gzip.open(ehr / "nafld_longitudinal" / "labs.csv.gz", "rt") as file:
        rows = [line for _number, line in zip(range(3001), file, strict=False)]
    (tmp_path / "labs.csv").write_text("".join(rows))
    told = run(tmp_path / "labs.csv", out=tmp_path / "out", index_time="event", windows=(365.0,))
    cells = pd.read_csv(tmp_path / "labs.csv").drop_duplicates()
    assert told["patients"] == cells["id"].nunique()
    frame = table(tmp_path / "out")
    year = cells[(cells["test"] == "hdl") & (cells["days"] <= 0) & (cells["days"] >= -365)]
    for who, own in year.sort_values("days", kind="stable").groupby("id"):
        assert frame.loc[str(who), "hdl__count_365d"] == len(own)
        assert frame.loc[str(who), "hdl__mean_365d"] == pytest.approx(own["value"].mean())
        assert frame.loc[str(who), "hdl__since_365d"] == pytest.approx(-24 * own["days"].max())
