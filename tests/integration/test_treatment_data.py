"""What a model is trained on is what it is asked about: the plugin's readers and the program's agree."""

from __future__ import annotations

import shutil

from medapp.domain.record import Entry, Person, Record
from medapp.formats import fhir, omop
from medapp_treatment.next_visit.features import facts_of
from medapp_treatment.next_visit.visits import history_of
from medapp_treatment.records.folder import records_of


def rows(history):
    return [
        ({name: round(value, 6) for name, (value, _) in facts.items()}, sorted(visit.medicines))
        for facts, visit in zip(facts_of(history), history.visits, strict=True)
    ]


def records(items):
    persons, entries = {}, {}
    for one in items:
        if isinstance(one, Person):
            persons[one.subject] = one
        elif isinstance(one, Entry):
            entries.setdefault(one.subject, []).append(one)
    return {name: Record((person,), tuple(entries.get(name, ()))) for name, person in persons.items()}


def test_patients_of_fhir_are_the_same_by_both_readers(shared_data, tmp_path):
    bundles = sorted((shared_data / "ehr" / "synthea_fhir_r4" / "bundles").iterdir())[::80]
    assert len(bundles) >= 3
    for path in bundles:
        shutil.copy(path, tmp_path)
        (own,) = records_of(tmp_path)
        (theirs,) = records(fhir.read(path, path.name)).values()
        assert rows(history_of(own)) == rows(history_of(theirs))
        (tmp_path / path.name).unlink()


def test_patients_of_omop_are_the_same_by_both_readers(shared_data):
    folder = shared_data / "ehr" / "omop_synthea27nj_v54"
    theirs = records(omop.read(folder, "omop"))
    found = {one.persons[0].subject: one for one in records_of(folder)}
    assert found.keys() == theirs.keys()
    for name, record in found.items():
        assert rows(history_of(record)) == rows(history_of(theirs[name]))


def test_the_demo_of_mimic_is_read_whole(shared_data):
    found = [history_of(one) for one in records_of(shared_data / "ehr" / "mimic3_demo")]
    visits = [visit for one in found for visit in one.visits]
    assert (len(found), len(visits)) == (65, 88)
    assert sum(bool(visit.medicines) for visit in visits) == 83
    assert sum(len(visit.problems) > 0 for visit in visits) == 88
    # Births are shifted for those above 89: their age is not known.
    ages = [one.age(one.visits[0].day) for one in found]
    assert 0 < ages.count(None) < 20
    assert max(age for age in ages if age is not None) < 90
