"""Goals by their published definitions, moves that keep molecules whole, a search that can be replayed."""

from __future__ import annotations

import math
import tomllib
from dataclasses import replace
from random import Random

import pytest
import torch
from rdkit import Chem
from rdkit.DataStructs import TanimotoSimilarity

from medapp.api import JobCancelled, MoleculesRequest, TaskRefused, TrainRequest
from medapp.api.testing import TrialContext, run_molecules
from medapp.api.wire_molecules import read_rows
from medapp.domain.molecule import Property
from medapp.resources import resource
from medapp_molecules import hooks
from medapp_molecules.generate.sampling import AUTOENCODER, CRITIC, GENERATOR, read_writer
from medapp_molecules.generate.training import train
from medapp_molecules.generate.wanted import WantedError, fingerprint, range_of
from medapp_molecules.optimise.beginning import from_file, grown
from medapp_molecules.optimise.figures import area, best_mean
from medapp_molecules.optimise.goals import _TARGETS, goal, isomer, like, names
from medapp_molecules.optimise.guess import bits_of, fit
from medapp_molecules.optimise.moves import _GROUPS, crossed, mutated, ready
from medapp_molecules.optimise.policy import Policy, Tuning
from medapp_molecules.optimise.profile import PROFILE, profile
from medapp_molecules.optimise.search import Search, Settings
from medapp_molecules.optimise.task import generate
from medapp_molecules.optimise.weighing import Said, fulfilled
from medapp_molecules.screen.properties import value_of

DRUGS = ("CC(=O)Oc1ccccc1C(=O)O", "CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc21", "CC(C)NCC(O)COc1cccc2ccccc12")
IBUPROFEN = "CC(C)Cc1ccc(cc1)C(C)C(=O)O"


def mol(smiles):
    return Chem.MolFromSmiles(smiles)


# ---- goals --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["celecoxib", "troglitazone", "thiothixene"])
def test_a_rediscovered_molecule_is_worth_1(name):
    said = goal(f"{name}_rediscovery")
    assert said(mol(_TARGETS[name])) == pytest.approx(1)
    assert said(mol("CCO")) < 0.1


def test_similarity_is_enough_from_three_quarters():
    target = mol(_TARGETS["albuterol"])
    near = mol("CC(C)(C)NCC(O)c1ccc(O)c(C)c1")
    similarity = like("albuterol", "FCFP4")(near)
    assert goal("albuterol_similarity")(near) == pytest.approx(min(1, similarity / 0.75))
    assert goal("albuterol_similarity")(target) == 1


def test_similarities_are_of_counts_as_rdkit_had_them_before():
    """Sildenafil and tadalafil, by the functions that GuacaMol calls, which rdkit has deprecated since."""
    tadalafil = mol(_TARGETS["tadalafil"])
    assert like("sildenafil", "ECFP4")(tadalafil) == pytest.approx(0.17333333)
    assert like("sildenafil", "ECFP6")(tadalafil) == pytest.approx(0.13131313)
    assert like("sildenafil", "FCFP4")(tadalafil) == pytest.approx(0.30370370)
    assert like("sildenafil", "AP")(tadalafil) == pytest.approx(0.27913669)
    assert like("sildenafil", "ECFP4")(mol("C" * 30)) != like("sildenafil", "ECFP4")(mol("CCC"))


def test_isomers_count_hydrogens_and_all_atoms():
    said = isomer("C7H8N2O2")
    assert said(mol("COc1ccnc(C(N)=O)c1")) == pytest.approx(1)
    # One carbon and two hydrogens more: three bells of one, two of them, and three atoms too many.
    assert said(mol("CCOc1ccnc(C(N)=O)c1")) == pytest.approx(2.718281828 ** ((-0.5 - 2 - 1.125) / 5))


def test_drugs_with_several_properties_are_worth_what_their_parts_are():
    target = mol(_TARGETS["osimertinib"])
    assert 0 < goal("osimertinib_mpo")(target) < 0.3  # the same as itself is too like itself
    assert goal("amlodipine_mpo")(mol(_TARGETS["amlodipine"])) == pytest.approx(2.718281828**-1)  # two rings
    assert goal("sitagliptin_mpo")(mol(_TARGETS["sitagliptin"])) < 1e-5
    assert goal("zaleplon_mpo")(mol(_TARGETS["zaleplon"])) == pytest.approx(0.4665, abs=1e-4)
    assert goal("median1")(mol(_TARGETS["camphor"])) == pytest.approx(
        goal("median1")(mol(_TARGETS["menthol"]))
    )
    assert goal("perindopril_mpo")(mol("C")) == 0


def test_the_manifest_offers_all_goals():
    text = (resource().parent / "plugins/molecules/src/medapp_molecules/medapp.toml").read_text("utf-8")
    task = next(one for one in tomllib.loads(text)["task"] if one["id"] == "molecules.optimise")
    assert tuple(task["parameters"]["goal"]["enum"]) == (PROFILE, *names())
    assert len(names()) == 17


# ---- figures ------------------------------------------------------------------------------------------
def test_the_area_is_that_of_the_best_against_calls():
    assert area([1.0] * 1000, 1000, every=100) == pytest.approx(0.95)  # from 0 to the first look a triangle
    assert area([1.0] * 100, 1000, every=100) == pytest.approx(0.95)  # what is left keeps what there was
    assert area([], 1000) == 0
    assert area([0.0] * 500 + [1.0] * 10 + [0.0] * 490, 1000, every=100) == pytest.approx(0.45)
    assert best_mean([0.1, 0.9, 0.5], top=2) == pytest.approx(0.7)


# ---- moves --------------------------------------------------------------------------------------------
def test_moves_give_whole_molecules_and_change_them():
    random = Random(1)
    mols = [ready(one) for one in DRUGS]
    made = set()
    for _ in range(150):
        for found in (mutated(random.choice(mols), random), crossed(*random.sample(mols, 2), random)):
            if found is None:
                continue
            smiles = Chem.MolToSmiles(found)
            assert Chem.MolToSmiles(mol(smiles)) == smiles
            assert "." not in smiles
            assert "*" not in smiles
            assert max((len(ring) for ring in found.GetRingInfo().AtomRings()), default=0) <= 7
            made.add(smiles)
    assert len(made) > 150
    assert all(mol(one) is not None for one in _GROUPS)


def test_what_is_no_molecule_or_odd_is_not_begun_with():
    assert ready("C(") is None
    assert ready("CC.CC") is None
    assert ready("C1CCCCCCCCC1") is None
    assert ready("C" * 60) is None
    assert Chem.MolToSmiles(ready("C[C@H](N)C(=O)O")) == "CC(N)C(=O)O"
    assert ready("CC1=CC=C(C)C=[SH]1") is None
    assert ready("CC(C)CC1=S(O)C=CC1") is None
    for kept in ("c1ccsc1", "CS", "CC(=S)N", "CS(C)=O", "CS(N)(=O)=O", "CS(C)(=N)=O", "c1nc2ccccc2s1"):
        assert ready(kept) is not None, kept
    assert all(ready(one) is not None for one in _TARGETS.values())


# ---- guess --------------------------------------------------------------------------------------------
def test_a_guess_knows_what_it_was_told_and_is_less_sure_of_the_rest():
    told = [mol("C" * length + tail) for length in range(2, 8) for tail in ("O", "N")]
    guess = fit([bits_of(one) for one in told], [float("N" in Chem.MolToSmiles(one)) for one in told])
    mean, spread = guess.of([bits_of(one) for one in (told[0], told[1], mol("CCCCCCCCN"), mol("c1ccsc1"))])
    assert mean[0] == pytest.approx(0, abs=0.05)
    assert mean[1] == pytest.approx(1, abs=0.05)
    assert mean[2] > 0.7
    assert spread[0] < spread[2] < spread[3]


# ---- search -------------------------------------------------------------------------------------------
@pytest.fixture
def optimise(tmp_path):
    def run(*, name="rows", seed=1, weights=None, cancel_at=None, **parameters):
        context = TrialContext(tmp_path, weights_files=weights or {}, seed=seed, cancel_at=cancel_at)
        request = MoleculesRequest("molecules.optimise", tmp_path / name, parameters=parameters)
        return run_molecules(hooks, request, context)

    return run


def score(row):
    return next(one.value for one in row.properties if one.name == "score")


def parents(row):
    return [int(one.value) for one in row.properties if one.name in {"parent", "other parent"}]


def test_a_search_gets_better_and_counts_each_molecule_once(optimise):
    rows = optimise(goal="qed", calls=160, begin=40)
    assert [row.number for row in rows] == list(range(1, 161))
    assert len({row.smiles for row in rows}) == 160
    assert rows[0].notes == ("start",)
    scores = [score(row) for row in rows]
    assert best_mean(scores) > best_mean(scores[:40]) + 0.05
    for row in rows:
        assert score(row) == pytest.approx(goal("qed")(mol(row.smiles)))


def test_the_way_from_the_start_to_the_best_can_be_replayed(optimise):
    rows = optimise(goal="isomers_c7h8n2o2", calls=120, begin=30)
    best = max(rows, key=score)
    seen = [best]
    for row in seen:
        assert all(parent < row.number for parent in parents(row))
        assert bool(parents(row)) == (row.notes != ("start",))
        seen += [rows[parent - 1] for parent in parents(row) if rows[parent - 1] not in seen]
    assert any(row.notes == ("start",) for row in seen)


def test_the_same_seed_searches_the_same_and_goes_on_after_a_stop(optimise, tmp_path):
    whole = optimise(name="a", goal="median1", calls=90, begin=30)
    assert optimise(name="b", goal="median1", calls=90, begin=30) == whole
    with pytest.raises(JobCancelled):
        optimise(name="c", goal="median1", calls=90, begin=30, cancel_at=900)
    assert 0 < sum(1 for _ in read_rows(tmp_path / "c")) < 90
    again = optimise(name="c", goal="median1", calls=90, begin=30)
    assert len(again) == len({row.smiles for row in again}) == 90


def test_a_goal_that_is_not_known_is_refused(optimise):
    with pytest.raises(TaskRefused, match="no goal 'gold'"):
        optimise(goal="gold", calls=5)
    with pytest.raises(TaskRefused, match="there is no file"):
        optimise(goal="qed", calls=5, start="missing.smi")


def test_a_search_starts_from_a_file(optimise, tmp_path):
    start = tmp_path / "start.smi"
    start.write_text("".join(f"{'C' * number}O\n" for number in range(2, 40)))
    rows = optimise(goal="qed", calls=12, begin=10, start=str(start), begotten=1)
    assert all(set(row.smiles) <= set("CO") for row in rows[:10])
    assert len(set(from_file(start, 10, 3, lambda: None))) == 10
    assert from_file(start, 100, 3, lambda: None)[-1] == "C" * 39 + "O"
    assert len(set(grown(50, 1, lambda: None))) == 50


def test_codes_are_moved_where_the_generator_is_at_hand(optimise, weights, tmp_path):
    start = tmp_path / "start.smi"
    start.write_text("\n".join(LEARNT))
    # Few to start from: what a small decoder writes is what it has learnt, which shall not be known yet.
    rows = optimise(goal="qed", calls=150, begin=12, start=str(start), weights=weights)
    assert any(row.notes[0].startswith("codes") for row in rows)


# ---- policy -------------------------------------------------------------------------------------------
LEARNT = [f"{'C' * chain}{tail}" for chain in range(1, 13) for tail in ("O", "N", "c1ccccc1", "Br")]


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """Of a small autoencoder, generator and critic."""
    folder = tmp_path_factory.mktemp("weights")
    (folder / "train.csv").write_text("SMILES\n" + "\n".join(LEARNT) + "\n", encoding="utf-8")
    learn = {"hidden": 32, "layers": 1, "batch": 16, "merges": 10, "epochs": 25.0, "rate": 5e-3,
             "portion": 16, "rounds": 5, "look": 5, "sample": 10, "polishing": 0}  # fmt: skip
    train(TrainRequest("molecules.generate", folder, folder, learn), TrialContext(folder, seed=1))
    return {name: folder / name for name in (AUTOENCODER, GENERATOR, CRITIC)}


def taught(weights, folder, anchor, calls=10_000, cancel_at=None, steps=25):
    """A policy that is taught to write nitrogen; molecules may be scored again and again."""
    writer = read_writer(weights[AUTOENCODER], weights[GENERATOR])
    context = TrialContext(folder, cancel_at=cancel_at)
    search = Search(lambda one: float("N" in Chem.MolToSmiles(one)), Settings(calls), 0, lambda: None)
    policy = Policy(writer, search, Tuning(32, 2e-3, anchor), 1, folder / "kept", context.check_cancelled)
    for _ in policy.run():
        if policy.step >= steps:
            break
    return policy, writer, search


def share_of_nitrogen(policy, writer):
    stream = torch.Generator().manual_seed(5)
    rows = policy._written(writer.codes(300, stream), stream)
    return sum("N" in writer.pieces.decode(row) for row in rows) / len(rows)


def test_a_policy_writes_more_of_what_scores_and_an_anchor_holds_it(weights, tmp_path):
    shares, moved = {}, {}
    for anchor in (1e6, 0.05):
        (tmp_path / str(anchor)).mkdir()
        policy, writer, _ = taught(weights, tmp_path / str(anchor), anchor)
        shares[anchor], moved[anchor] = share_of_nitrogen(policy, writer), policy.divergence()
    assert shares[0.05] > shares[1e6] + 0.2
    assert moved[0.05] > moved[1e6] + 0.2
    assert abs(moved[1e6]) < 0.3


def test_a_policy_is_a_task_whose_rows_are_the_calls(optimise, weights):
    rows = optimise(goal="qed", method="policy", calls=60, weights=weights)
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert len({row.smiles for row in rows}) == len(rows) > 20
    assert rows[0].notes == ("written at step 1",)
    for row in rows[:5]:
        assert score(row) == pytest.approx(goal("qed")(mol(row.smiles)))
    with pytest.raises(TaskRefused, match="not installed"):
        optimise(name="none", goal="qed", method="policy", calls=5)


def test_a_policy_goes_on_where_it_was_kept(weights, tmp_path):
    policy, writer, search = taught(weights, tmp_path, 0.05)
    assert (tmp_path / "kept").is_file()
    again = Policy(writer, search, Tuning(32, 2e-3, 0.05), 1, tmp_path / "kept", lambda: None)
    assert again.step == 20
    assert again._best
    assert share_of_nitrogen(again, writer) == pytest.approx(share_of_nitrogen(policy, writer), abs=0.2)


# ---- profile ------------------------------------------------------------------------------------------
def worth(smiles, **wanted):
    """By a goal that knows one thing more than rdkit: half, a tenth for each atom."""
    known = {"half": lambda one: Said(Property("half", one.GetNumAtoms() / 10))}
    return profile(wanted, lambda: known)(mol(smiles))


def test_wishes_are_worth_what_is_fulfilled_of_them():
    assert worth("CCO", wishes="weight 40..50; logp ..1") == pytest.approx(1)
    off = worth("CCO", wishes="weight 60..")
    assert 0 < worth("CO", wishes="weight 60..") < off < 1
    assert worth("CCO", wishes="weight 60.. *3; logp ..1") < worth("CCO", wishes="weight 60..; logp ..1 *3")
    assert worth("CCO", wishes="half ..0.3") == pytest.approx(1)
    assert worth("CCCCCC", wishes="half ..0.3") < 0.5
    with pytest.raises(WantedError, match="nothing says 'beauty'"):
        worth("CCO", wishes="beauty 1..")


def test_what_misses_a_part_or_the_similarity_loses_most_of_its_score():
    assert worth("CCO", required="[OX2]") == 1
    many = "weight ..500; logp ..5; donors ..5; acceptors ..10; rings ..5"
    assert worth("CCN", required="[OX2]", wishes=many) < 0.1
    assert worth("CCN", required="[OX2] Cl", wishes=many) < worth("CCN", required="[OX2]", wishes=many)
    assert worth("CCBr", forbidden="Br", wishes=many) < 0.1
    assert worth("CCCCC", scaffold="c1ccccc1", wishes=many) < 0.1
    assert worth("CCO", like="CCO", similarity=0.5, wishes=many) == 1
    # Ethyl phenyl ether, butane and bromine beside phenol: the less alike, the less; none passes half.
    found = [
        worth(one, like="Oc1ccccc1", similarity=0.9, wishes=many) for one in ("CCOc1ccccc1", "CCCC", "Br")
    ]
    assert 0.5 > found[0] > found[1] >= found[2] > 0


def test_what_is_predicted_counts_by_how_likely_it_lies_in_the_range():
    hours = Said(Property("half-life", 10.0, "h"), deviation=0.3, logarithm=True, possible=(0.0, math.inf))
    assert fulfilled(hours, range_of("half-life", "10..")) == pytest.approx(0.5)
    # Two deviations to both sides: 10 h by 10**0.6.
    assert fulfilled(hours, range_of("half-life", "2.5119..39.811")) == pytest.approx(0.9545, abs=1e-3)
    assert fulfilled(hours, range_of("half-life", "0..39.811")) == pytest.approx(0.9772, abs=1e-3)
    surer = replace(hours, deviation=0.1)
    assert (
        fulfilled(surer, range_of("half-life", "6..")) > fulfilled(hours, range_of("half-life", "6..")) + 0.1
    )
    bound = Said(Property("bound", 100.0, "%"), deviation=5.0, possible=(0.0, 100.0))
    assert fulfilled(bound, range_of("bound", "90..100")) == pytest.approx(0.9772, abs=1e-3)
    assert fulfilled(Said(Property("bound", None)), range_of("bound", "90..100")) == 0
    assert fulfilled(replace(bound, deviation=0.0), range_of("bound", "90..100")) == 1


def test_a_row_tells_what_its_score_is_made_of(optimise):
    wanted = {"wishes": "weight 150..250; logp ..3 *2", "like": IBUPROFEN, "similarity": 0.4,
              "required": "C(=O)[OH]", "forbidden": "Br"}  # fmt: skip
    rows = optimise(goal="profile", calls=30, begin=20, **wanted)
    said = profile(wanted, dict)
    for row in rows:
        found = {one.name: one for one in row.properties}
        assert found["weight"].value == pytest.approx(value_of(mol(row.smiles), "weight"))
        assert found["weight"].unit == "g/mol"
        near = TanimotoSimilarity(fingerprint(mol(IBUPROFEN)), fingerprint(mol(row.smiles)))
        assert found["similarity to given"].value == pytest.approx(near)
        assert found["fulfilled: similarity 0.4.."].value == pytest.approx(min(1, near / 0.4))
        has = mol(row.smiles).HasSubstructMatch(Chem.MolFromSmarts("C(=O)[OH]"))
        assert found["fulfilled: required C(=O)[OH]"].value == has
        assert found["fulfilled: forbidden Br"].value == ("Br" not in row.smiles)
        wishes = [found[f"fulfilled: {name}"].value for name in ("weight 150..250", "logp ..3", "logp ..3")]
        if has and near >= 0.4 and "Br" not in row.smiles:
            assert score(row) == pytest.approx(math.prod(wishes) ** (1 / 3), rel=1e-3)
        assert score(row) == pytest.approx(said(mol(row.smiles)))


def test_what_shall_be_like_a_molecule_is_searched_for_around_it(optimise):
    rows = optimise(
        goal="profile", calls=120, wishes="weight 250..350; logp ..3", like=IBUPROFEN, similarity=0.4
    )
    assert rows[0].notes == ("molecule to resemble",)
    assert rows[0].name == "molecule to resemble"
    assert rows[0].smiles == Chem.CanonSmiles(IBUPROFEN)
    assert any(row.notes == ("mutation",) and parents(row) == [1] for row in rows[1:11])
    assert sum(row.notes == ("start",) for row in rows) <= 20
    assert any(row.notes == ("crossing",) for row in rows[30:40])
    given = fingerprint(mol(IBUPROFEN))
    best = sorted(rows, key=score, reverse=True)[:10]
    for row in best:
        assert TanimotoSimilarity(given, fingerprint(mol(row.smiles))) >= 0.4, row.smiles
        assert 250 <= value_of(mol(row.smiles), "weight") <= 350, row.smiles


def test_a_scaffold_is_started_from_and_what_cannot_be_is_told(optimise, tmp_path):
    rows = optimise(goal="profile", calls=30, scaffold="c1ccc2[nH]ccc2c1", wishes="weight 200..")
    assert rows[0].notes == ("scaffold to keep",)
    assert rows[0].smiles == Chem.CanonSmiles("c1ccc2[nH]ccc2c1")
    request = MoleculesRequest("molecules.optimise", tmp_path / "salt", parameters={
        "goal": "profile", "calls": 5, "like": "C" * 60})  # fmt: skip
    told = generate(request, TrialContext(tmp_path)).notices
    assert "cannot start from the molecule given" in told[0].message


def test_how_a_molecule_to_resemble_is_taken_is_told(tmp_path):
    parameters = {"goal": "profile", "calls": 5, "like": "CC[C@H](N)CC(C)C.Cl", "similarity": 0.4}
    request = MoleculesRequest("molecules.optimise", tmp_path / "rows", parameters=parameters)
    told = [one.message for one in generate(request, TrialContext(tmp_path)).notices]
    assert "salt or solvent taken off: Cl" in told[0]
    assert "without its stereochemistry" in told[1]
    assert next(iter(read_rows(request.out))).smiles == "CCC(N)CC(C)C"


def test_a_search_around_a_molecule_goes_on_as_it_would_have_gone(optimise, tmp_path):
    wanted = {"goal": "profile", "calls": 60, "begin": 40, "like": DRUGS[1], "wishes": "weight ..300"}
    whole = optimise(name="a", **wanted)
    lines = (tmp_path / "a").read_text().splitlines(keepends=True)
    for kept in (1, 7, 25):
        (tmp_path / f"b{kept}").write_text("".join(lines[:kept]))
        assert optimise(name=f"b{kept}", **wanted)[:40] == whole[:40]


# ---- how many to start from ---------------------------------------------------------------------------
def test_few_calls_are_not_all_spent_on_the_start(optimise, tmp_path):
    rows = optimise(goal="qed", calls=60)
    assert sum(row.notes == ("start",) for row in rows) <= 20

    def told(**more):
        parameters = {"goal": "qed", "calls": 10, **more}
        name = "-".join(map(str, more.values())) or "rows"
        request = MoleculesRequest("molecules.optimise", tmp_path / name, parameters=parameters)
        return [one.message for one in generate(request, TrialContext(tmp_path)).notices]

    assert "All 10 calls went into molecules to start from" in told(begin=30)[0]
    assert told(begin=4) == []


def test_what_only_a_profile_looks_at_is_refused_elsewhere(optimise):
    for more in ({"wishes": "weight ..300"}, {"like": "CCO"}, {"required": "O"}, {"scaffold": "C1CC1"},
                 {"forbidden": "O"}, {"similarity": 0.9}):  # fmt: skip
        with pytest.raises(TaskRefused, match=f"{next(iter(more))}: only the goal profile has wishes"):
            optimise(goal="qed", calls=5, **more)
    # As the manifest fills them in.
    assert optimise(goal="qed", calls=5, wishes="", like="", similarity=0.4, begin=0)


def test_wishes_are_of_models_too(optimise, weights):
    files = weights | {
        name: resource("models", name)
        for name in ("molecules_screen.safetensors", "molecules_toxicity.safetensors")
    }
    wanted = "weight 100..200; half-life 2.. *2; herg ..0.5; realism 0.2.."
    rows = optimise(goal="profile", wishes=wanted, calls=30, begin=20, weights=files, begotten=1)
    assert all(0 < score(row) <= 1 for row in rows)
    told = {one.name: one for one in rows[-1].properties}
    assert told["half-life"].unit == "h"
    assert told["half-life"].low < told["half-life"].value < told["half-life"].high
    assert 0 < told["fulfilled: half-life 2.."].value < 1
    assert {"herg", "realism", "fulfilled: herg ..0.5", "fulfilled: realism 0.2.."} <= set(told)
    with pytest.raises(TaskRefused, match="nothing says 'beauty'"):
        optimise(name="b", goal="profile", wishes="beauty 1..", calls=5, weights=files)


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({}, "needs wishes"),
        ({"wishes": "weight"}, "is written like"),
        ({"wishes": "weight 300..200"}, "contradicts at most"),
        ({"wishes": "weight ..200; weight 300.."}, "weight ..200 contradicts weight 300.."),
        ({"wishes": "weight ..100", "scaffold": "c1ccc2ccccc2c1"}, "contradicts weight ..100"),
        ({"required": "c1ccccc1", "forbidden": "c1ccccc1"}, "contradicts forbidden"),
    ],
)
def test_wishes_that_cannot_be_are_refused(optimise, wanted, told):
    with pytest.raises(TaskRefused, match=told):
        optimise(goal="profile", calls=5, **wanted)


def test_a_search_that_finds_nothing_new_ends():
    search = Search(lambda _mol: 0.5, Settings(50, portion=4, begotten=1), 0, lambda: None)
    assert not list(search.run())
    assert len(list(search.begin(["CC", "CC", "C(", "CCO"]))) == 2
