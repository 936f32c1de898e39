"""Diseases of organs that the sex has not are left out; the rest is only marked. On the shipped model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from medapp.api import ClassifyRequest
from medapp.api.testing import run_classify
from medapp.resources import resource
from medapp_classification import hooks
from medapp_classification.rare_disease.answering import MOST
from medapp_classification.rare_disease.cases import Case
from medapp_classification.rare_disease.held_back import Told, tell
from medapp_classification.rare_disease.model import load
from medapp_classification.rare_disease.sexes import SEXES
from tests.unit.classification import rare_world as world

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.api import ClassifyResult
    from medapp_classification.rare_disease.model import Model

OVARIAN, SPERM = "OMIM:620686", "OMIM:620838"
"""Premature ovarian failure 23, Spermatogenic failure 91."""
HORMONES = ("HP:0008232", "HP:0000823")
"""Raised FSH and late puberty: said of either sex."""


@pytest.fixture(scope="module")
def model() -> Model:
    return load(resource("models", "rare_disease.safetensors"), resource("models", "rare_disease.json"))


def ask(folder: Path, terms: tuple[str, ...], sex: str) -> ClassifyResult:
    record = world.record_of(world.packet("p", terms, sex=sex, age="P30Y"), folder)
    request = ClassifyRequest("rare.disease", record=record)
    context: Any = world.context(folder / "scratch", resource("models"))
    return run_classify(hooks, request, context)


def keys(found: ClassifyResult) -> set[str]:
    return {one.key for one in found.findings}


def told(found: ClassifyResult, code: str) -> str:
    return " ".join(one.message for one in found.notices if one.code == code)


def test_a_male_has_no_ovarian_failure_and_is_told_so(model: Model, tmp_path: Path) -> None:
    woman, man = (ask(tmp_path, HORMONES, sex) for sex in ("FEMALE", "MALE"))
    assert OVARIAN in keys(woman)
    assert OVARIAN not in keys(man)
    assert "Premature ovarian failure 23" in told(man, "sex-left-out")
    assert "organs that a male patient has not" in told(man, "sex-left-out")
    assert "Spermatogenic failure 91" in told(woman, "sex-left-out")
    assert len(man.findings) >= 10


def test_without_a_sex_nothing_is_left_out_and_it_is_marked(tmp_path: Path) -> None:
    found = ask(tmp_path, HORMONES, "UNKNOWN_SEX")
    first = next(one for one in found.findings if one.key == OVARIAN)
    assert "A disease of organs of females; the patient has no stated sex." in first.remark
    assert not told(found, "sex-left-out")


@pytest.mark.parametrize("between", ["HP:0000062", "HP:0008209"])
def test_where_organs_may_differ_from_the_stated_sex_nothing_is_left_out(
    tmp_path: Path, between: str
) -> None:
    found = ask(tmp_path, (*HORMONES, between), "MALE")
    assert OVARIAN in keys(found)
    assert "the record says male, and has" in told(found, "sex-in-doubt")


@pytest.mark.parametrize("sex", ["FEMALE", "MALE", "UNKNOWN_SEX"])
def test_an_evaluation_asks_about_a_case_as_a_patient_is_asked_about(
    model: Model, tmp_path: Path, sex: str
) -> None:
    places = tuple(place for code in HORMONES if (place := model.ontology.place(code)) is not None)
    stated = sex.lower() if sex != "UNKNOWN_SEX" else None
    told = Told()
    tell(model, [Case("PMID:0", OVARIAN, "", places, sex=stated, age=30.0)], told)
    found = ask(tmp_path, HORMONES, sex)
    assert told.top[0] == pytest.approx(found.findings[0].probability, rel=1e-6)
    assert min(told.sizes[0], MOST) == sum(bool(one.in_set) for one in found.findings)
    order = [one.key for one in found.findings]
    if sex == "MALE":  # after all diseases that are ranked at all
        assert told.ranks[0] > len(model.diseases) - 14
    else:
        assert round(told.ranks[0]) == order.index(OVARIAN) + 1


def test_an_evaluation_leaves_aside_what_the_terms_contradict(model: Model) -> None:
    place = model.ontology.place(HORMONES[0])
    assert place is not None
    above = next(iter(model.ontology.upward(place) - {place}))
    plain, contradicted = Told(), Told()
    tell(model, [Case("PMID:0", OVARIAN, "", (place,), sex="female")], plain)
    tell(model, [Case("PMID:0", OVARIAN, "", (place,), (above,), sex="female")], contradicted)
    assert plain.top == contradicted.top


def test_inheritance_by_the_x_chromosome_excludes_nobody(model: Model, tmp_path: Path) -> None:
    sexes = model.sexes
    aarskog = model.diseases.index("OMIM:305400")
    assert sexes.organs[aarskog] == -1
    assert SEXES[sexes.alone[aarskog]] == "male"
    typical = [model.ontology.ids[place] for place in np.argsort(-model.reference.seen[aarskog].toarray())[0]]
    found = ask(tmp_path, tuple(typical[:12]), "FEMALE")
    own = next(one for one in found.findings if one.key == "OMIM:305400")
    assert "All 32 training cases with a stated sex are male, this patient is female" in own.remark


def test_only_diseases_of_those_organs_are_of_one_sex(model: Model) -> None:
    names = {title for title, sex in zip(model.titles, model.sexes.organs, strict=True) if sex >= 0}
    series = ("Spermatogenic failure", "Premature ovarian", "Ovarian dysgenesis", "Oocyte/zygote/embryo")
    assert len(names) >= 10
    assert all(name.startswith(series) for name in names)
