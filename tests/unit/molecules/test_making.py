"""Molecules that are made: valid, unique, as wanted, the same for a seed, gone on with after a stop."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest
from rdkit import Chem
from rdkit.DataStructs import TanimotoSimilarity

from medapp.api import JobCancelled, MoleculesRequest, TaskRefused, TrainRequest
from medapp.api.testing import TrialContext, run_molecules
from medapp.resources import resource
from medapp_molecules import hooks
from medapp_molecules.generate import looking, making, seeds
from medapp_molecules.generate.least import least
from medapp_molecules.generate.looking import Lookers
from medapp_molecules.generate.sampling import AUTOENCODER, GENERATOR
from medapp_molecules.generate.task import generate
from medapp_molecules.generate.training import train
from medapp_molecules.generate.wanted import Wanted, WantedError, fingerprint
from medapp_molecules.notation.pieces import UnknownPieceError
from medapp_molecules.screen.properties import value_of


def medicines():
    """SMILES of those that ship."""
    with resource("molecules", "structures.tsv").open(encoding="utf-8") as file:
        return [row["smiles"] for row in csv.DictReader(file, delimiter="\t")] + ["C1CC2CC1C2"]


TAILS = ("O", "N", "c1ccccc1", "C(=O)O", "c1ccc(Cl)cc1", "Br")
SMILES = [f"{'C' * chain}{tail}" for chain in range(1, 13) for tail in TAILS]
LEARN = {
    "hidden": 64, "layers": 1, "batch": 16, "merges": 10, "epochs": 30.0, "rate": 5e-3,
    "portion": 32, "rounds": 60, "look": 60, "sample": 50, "polishing": 0,
}  # fmt: skip


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """Of a small autoencoder and generator that know a few chains and rings."""
    folder = tmp_path_factory.mktemp("weights")
    (folder / "train.csv").write_text("SMILES\n" + "\n".join(SMILES) + "\n", encoding="utf-8")
    train(TrainRequest("molecules.generate", folder, folder, LEARN), TrialContext(folder, seed=3))
    return {name: folder / name for name in (AUTOENCODER, GENERATOR)}


@pytest.fixture
def make(weights, tmp_path):
    def run(number=20, *, seed=1, name="rows", threads=1, cancel_at=None, **parameters):
        context = TrialContext(
            tmp_path, weights_files=weights, seed=seed, threads=threads, cancel_at=cancel_at
        )
        request = MoleculesRequest(
            "molecules.generate", tmp_path / name, parameters={"number": number, **parameters}
        )
        return run_molecules(hooks, request, context)

    return run


def test_without_properties_the_same_molecules_come(make):
    plain = make(20, name="plain", properties=False)
    assert [row.smiles for row in plain] == [row.smiles for row in make(20)]
    assert not any(row.properties for row in plain)


@pytest.mark.parametrize("method", ["gan", "decoder"])
def test_what_is_made_is_valid_and_unique_and_has_properties(make, method):
    rows = make(30, method=method)
    assert [row.number for row in rows] == list(range(1, 31))
    assert len({row.smiles for row in rows}) == 30
    for row in rows:
        mol = Chem.MolFromSmiles(row.smiles)
        assert Chem.MolToSmiles(mol) == row.smiles
        values = {one.name: one.value for one in row.properties}
        assert values["heavy atoms"] == mol.GetNumHeavyAtoms()
        assert 0 < values["drug-likeness"] < 1
        assert row.nearest is None


def test_the_same_seed_makes_the_same(make):
    first, second, other = make(name="a"), make(name="b"), make(name="c", seed=2)
    assert first == second
    assert first != other


def test_processes_beside_change_nothing(make, monkeypatch):
    here = make(name="here")
    monkeypatch.setattr(making, "_FEW", 0)
    monkeypatch.setattr(making, "TOGETHER", making.TOGETHER // 4)
    assert make(name="beside", threads=2) == here


def test_a_run_that_was_ended_is_gone_on_with(make, tmp_path, monkeypatch):
    monkeypatch.setattr(making, "TOGETHER", 32)
    whole = make(40, name="whole")
    for at in (15, 40):
        with pytest.raises(JobCancelled):
            make(40, name="cut", cancel_at=at)
    assert 0 < (tmp_path / "cut").read_bytes().count(b"\n") < 40
    assert make(40, name="cut") == whole
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut", "whole"]


def test_too_few_are_kept_and_told_of(weights, tmp_path):
    context = TrialContext(tmp_path, weights_files=weights)
    wanted = {"number": 50, "tries": 1, "required": "C(=O)[OH]", "weight": "..140", "method": "decoder"}
    result = generate(MoleculesRequest("molecules.generate", tmp_path / "rows", parameters=wanted), context)
    assert 0 < result.rows < 50
    codes = [notice.code for notice in result.notices]
    assert codes == ["baseline", "too-few"]
    assert f"Only {result.rows} of 50" in result.notices[1].message
    assert 0 < result.metrics["as wanted"] < 1


def test_all_that_is_wanted_is_fulfilled(make):
    rows = make(5, required="c1ccccc1 CCC", forbidden="Cl", weight="90..250", rings="1", tries=1000)
    assert rows
    for row in rows:
        mol = Chem.MolFromSmiles(row.smiles)
        assert "Cl" not in row.smiles
        assert all(mol.HasSubstructMatch(Chem.MolFromSmarts(one)) for one in ("c1ccccc1", "CCC"))
        assert 90 <= row.properties[0].value <= 250
        assert mol.GetRingInfo().NumRings() == 1


def test_a_seed_is_resembled_and_a_scaffold_kept(make, tmp_path):
    seed = Chem.MolFromSmiles("CCCCCCc1ccc(Cl)cc1")
    rows = make(5, like="CCCCCCc1ccc(Cl)cc1", similarity=0.5, scaffold="c1ccccc1")
    assert rows
    for row in rows:
        mol = Chem.MolFromSmiles(row.smiles)
        assert TanimotoSimilarity(fingerprint(mol), fingerprint(seed)) >= 0.5
        assert mol.HasSubstructMatch(Chem.MolFromSmiles("c1ccccc1"))


def noticed(weights, folder, **parameters):
    context = TrialContext(folder, weights_files=weights)
    wanted = {"number": 3, "tries": 1, **parameters}
    request = MoleculesRequest("molecules.generate", folder / "rows", parameters=wanted)
    return {notice.code: notice.message for notice in generate(request, context).notices}


def test_a_seed_is_resembled_as_well_however_it_is_written(make):
    """Stereochemistry, salts, charges and isotopes are unknown to what makes molecules."""
    plain = make(5, name="plain", like="CCC(O)CCc1ccccc1", similarity=0.3)
    assert len(plain) == 5
    for number, like in enumerate(
        (
            "CC[C@H](O)CCc1ccccc1",
            "CC[C@@H](O)CCc1ccccc1.Cl",
            "CCC([O-])CCc1ccccc1.[Na+]",
            "[2H]CCC(O)CCc1ccccc1",
        )
    ):
        assert make(5, name=f"written-{number}", like=like, similarity=0.3) == plain


def test_how_a_seed_is_taken_is_told(weights, tmp_path):
    told = noticed(weights, tmp_path, like="CCCC[C@H](O)CC.Cl", similarity=0.1)
    assert "without its stereochemistry" in told["seed-form"]
    assert Wanted.of({"like": "CCCCCCN.Cl"}).taken == (
        "The molecule to resemble is taken in standard form: salt or solvent taken off: Cl.",
    )
    assert Wanted.of({"like": "CCCCCCN"}).taken == ()


def test_a_seed_that_no_search_can_start_from_is_told_of_with_the_atom(weights, tmp_path):
    told = noticed(weights, tmp_path, like="CCCCCI", similarity=0.1)
    assert told["seed-unknown"].startswith("The molecule to resemble cannot be started from")
    assert "'I'" in told["seed-unknown"]
    assert "The scaffold" in noticed(weights, tmp_path, scaffold="CC[N+](C)(C)C")["seed-unknown"]


def test_how_alike_the_most_alike_is_is_told_where_none_is_enough(weights, tmp_path):
    like = "CC(C)(C)C1CCC(C(C)(C)C)CC1"
    told = noticed(weights, tmp_path, like=like, similarity=0.9)["too-few"]
    assert told.startswith("None of 3 were found")
    assert 0 < float(told.removesuffix(".").rsplit(" ", 1)[1]) < 0.9
    told = noticed(weights, tmp_path, like=like, similarity=0.9, weight="..500")["too-few"]
    assert "most alike" not in told


def test_a_sulphoxide_is_resembled_as_it_is_written_here():
    for like in ("CCC[S+]([O-])CC", "CCCS(=O)CC", "CCC[S@](=O)CC"):
        assert Wanted.of({"like": like}).like == "CCCS(=O)CC"


def test_a_molecule_that_no_model_knows_of_is_not_resembled():
    with pytest.raises(WantedError, match="metals and rare elements"):
        Wanted.of({"like": "C[Pt](C)(Cl)Cl"})


def test_rings_are_numbered_from_the_atom_where_fewer_numbers_do():
    """A long way round may need a number for a ring that nothing was learned of."""

    class Writer:
        def code_of(self, smiles):
            if "3" in smiles:
                raise UnknownPieceError(smiles)
            return smiles

    smiles = Chem.CanonSmiles("C1CC1C1(C2CC2C2CC2)CC1")
    crowded = next(
        one for one in (Chem.MolToSmiles(Chem.MolFromSmiles(smiles), rootedAtAtom=at) for at in range(12))
        if "3" in one
    )  # fmt: skip
    assert "3" not in seeds.code_of(Writer(), crowded)


def test_what_is_made_is_not_the_molecule_to_resemble(make):
    like = "CCCCCCc1ccccc1"
    assert like in {row.smiles for row in make(70, name="free", tries=500)}
    rows = make(20, like=like, similarity=0.3, tries=200)
    assert rows
    assert like not in {row.smiles for row in rows}
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))


def test_the_same_molecule_is_known_whatever_its_stereochemistry():
    assert seeds.same("CC[C@H](C)O", Wanted.of({"like": "CC[C@@H](C)O"}).like)
    assert not seeds.same("CC[C@H](C)O", "CCCCO")
    assert not seeds.same("CCO", "")


def test_the_nearest_of_known_molecules_is_told_where_there_are_some(make, tmp_path):
    known = tmp_path / "known.smi"
    known.write_text("CCCCO\nnonsense\nCCCCCCBr\n")
    for row in make(5, known=str(known)):
        assert row.nearest is not None
        assert row.nearest[0] in {"CCCCO", "CCCCCCBr"}
        assert 0 <= row.nearest[1] <= 1


def test_a_file_of_known_molecules_that_holds_none_is_refused(make, tmp_path):
    with pytest.raises(TaskRefused, match="there is no file"):
        make(5, known=str(tmp_path / "missing.smi"))
    known = tmp_path / "known.csv"
    known.write_text("a,b\n1,2\n")
    with pytest.raises(TaskRefused, match="no column of SMILES"):
        make(5, known=str(known))


@pytest.mark.parametrize(
    ("wanted", "pair"),
    [
        ({"weight": "400..300"}, ("at least 400", "at most 300")),
        ({"drug_likeness": "1.5.."}, ("drug-likeness 1.5..", "0..1")),
        ({"weight": "..-5"}, ("weight ..-5", "0 or more")),
        ({"required": "c1ccccc1 O", "forbidden": "c1ccccc1"}, ("required c1ccccc1", "forbidden c1ccccc1")),
        ({"required": "C(=O)O", "forbidden": "C=O"}, ("required C(=O)O", "forbidden C=O")),
        ({"scaffold": "c1ccc(Cl)cc1", "forbidden": "Cl"}, ("scaffold", "forbidden Cl")),
        ({"scaffold": "C1CC2CC1C2", "rings": "..1"}, ("scaffold C1CC2CC1C2", "2 rings", "rings ..1")),
        (
            {"required": "c1ccc2ccccc2c1", "weight": "..100"},
            ("required c1ccc2ccccc2c1", "at least 120.1 g/mol", "weight ..100"),
        ),
        ({"required": "c1ccc2ccccc2c1", "rings": "1"}, ("required c1ccc2ccccc2c1", "2 rings", "rings 1..1")),
        ({"required": "[NH2]CCO", "donors": "..0"}, ("required [NH2]CCO", "1 donor,", "donors ..0")),
        (
            {"scaffold": "c1ccc2ccccc2c1", "weight": "..100"},
            ("scaffold c1ccc2ccccc2c1", "at least 120.1 g/mol", "weight ..100"),
        ),
    ],
)
def test_what_contradicts_itself_is_refused_with_the_pair(make, tmp_path, wanted, pair):
    with pytest.raises(TaskRefused) as told:
        make(**wanted)
    assert all(one in str(told.value) for one in pair)
    assert not (tmp_path / "rows").exists()


@pytest.mark.parametrize(
    "wanted", [{"weight": "heavy"}, {"logp": ".."}, {"required": "C("}, {"like": "C1CC"}, {"scaffold": "X"}]
)
def test_what_cannot_be_read_is_refused(make, wanted):
    with pytest.raises(TaskRefused, match=r"is no|is written"):
        make(**wanted)


def test_a_seed_that_breaks_a_range_is_told_of_and_no_more():
    wanted = Wanted.of({"like": "CCCCCCCCCCCC", "logp": "..2", "required": "O", "weight": "100.."})
    assert not list(wanted.contradictions())
    assert [notice.message for notice in wanted.notices()] == [
        "The molecule to resemble does not itself fulfil: logp ..2.",
        "The molecule to resemble does not itself fulfil: required O.",
    ]


@pytest.mark.parametrize(
    "wanted",
    [
        # Closed to a ring, propane has fewer hydrogens: cyclopropane weighs 42.08.
        {"scaffold": "CCC", "weight": "..43"},
        {"required": "CCC", "weight": "..43"},
        # One of the two is enough, and the lighter.
        {"required": "[C,Br]CC", "weight": "..43"},
        {"required": "[!C]CC", "weight": "..45"},
        # A hydroxyl group of a scaffold may be replaced, one that is asked for by its hydrogen not.
        {"scaffold": "OCCO", "donors": "..0"},
        {"required": "OCC [O;H0,H1]", "donors": "..0"},
        # Three ways around it, and two rings all the same.
        {"scaffold": "C1CC2CCC1CC2", "rings": "..2"},
    ],
)
def test_what_is_not_certain_is_no_contradiction(wanted):
    assert not list(Wanted.of(wanted).contradictions())


@pytest.mark.parametrize(
    "smarts",
    ["c1ccc2[nH]ccc2c1", "C(=O)[OH]", "[#6]-[#7,#8;H1]", "a1aaaaa1", "*~[!C]", "[N+](=O)[O-]", "C1CC2CC1C2"],
)
def test_no_molecule_that_holds_a_part_has_less_than_is_said_of_it(smarts):
    part, seen = Chem.MolFromSmarts(smarts), 0
    for ingredient in medicines():
        mol = Chem.MolFromSmiles(ingredient)
        if mol.HasSubstructMatch(part):
            seen += 1
            assert all(value_of(mol, name) >= value for name, value in least(part).items())
    assert seen


def test_a_hydrogen_that_is_asked_for_is_no_contradiction():
    """A scaffold's CH3 may be replaced, so that what forbids it does not forbid the scaffold."""
    assert not list(Wanted.of({"scaffold": "Cc1ccccc1", "forbidden": "[CH3]"}).contradictions())


@pytest.mark.parametrize("parts", ["c1ccncc1;C(=O)N", "c1ccncc1, C(=O)N", "c1ccncc1 ; C", "[C,N],O"])
def test_parts_with_commas_between_them_are_refused_with_how_to_write_them(parts):
    with pytest.raises(WantedError, match="parts are separated by spaces"):
        Wanted.of({"required": parts})
    assert Wanted.of({"required": "[C,N;H1] C=,#N"}).required == ("[C,N;H1]", "C=,#N")
    with pytest.raises(WantedError, match=r"^C\( is no SMARTS\.$"):
        Wanted.of({"forbidden": "C("})


def test_a_similarity_to_nothing_is_refused(make):
    with pytest.raises(TaskRefused, match=r"similarity 0\.5 is that to a molecule to resemble"):
        make(similarity=0.5)
    # As the manifest fills it in.
    assert make(3, similarity=0.4)


def test_what_is_made_is_measured(weights, tmp_path):
    from medapp.api import EvaluateRequest
    from medapp_molecules.generate.evaluation import evaluate

    folder = weights[AUTOENCODER].parent
    request = EvaluateRequest("molecules.generate", folder, folder, {"sample": 200})
    found = evaluate(request, TrialContext(tmp_path))
    assert [row["method"] for row in found.rows] == ["gan", "decoder"]
    assert all(0 < found.metrics[f"gan, {name}"] <= 1 for name in ("valid", "unique"))
    assert found.metrics["gan, novel"] < 1
    assert found.metrics["nats a molecule, coded"] < found.metrics["nats a molecule, without"]
    assert (
        evaluate(
            EvaluateRequest("t", folder, None, {"sample": 200}), TrialContext(tmp_path, weights_files=weights)
        ).metrics
        == found.metrics
    )


def test_weights_of_another_autoencoder_are_refused(weights, tmp_path):
    swapped = {AUTOENCODER: weights[GENERATOR], GENERATOR: weights[GENERATOR]}
    request = MoleculesRequest("molecules.generate", tmp_path / "rows", parameters={"number": 1})
    with pytest.raises(TaskRefused, match="another network"):
        generate(request, TrialContext(tmp_path, weights_files=swapped))
    with pytest.raises(FileNotFoundError):
        generate(replace(request), TrialContext(tmp_path))


def test_a_process_that_ends_ends_the_run_and_none_is_left(monkeypatch):
    monkeypatch.setattr(looking, "_ANSWER", 20.0)
    with Lookers({}, 1, lambda: None) as lookers:
        lookers.hand_over(["CCO"])
        assert lookers.answer()[0].smiles == "CCO"
        process = lookers._processes[0]._process
        process.kill()
        lookers.hand_over(["CCO"])
        with pytest.raises(RuntimeError, match="ended"):
            lookers.answer()
    with Lookers({}, 1, lambda: None) as lookers:
        process = lookers._processes[0]._process
        lookers.hand_over(["CCO"])
    assert process.poll() is not None
