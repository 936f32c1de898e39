"""One chest X-ray: findings with their limits and reasons, or a reason why there are none."""

import numpy as np
import pytest
from PIL import Image

from medapp.api import ClassifyRequest
from medapp.api.context import JobCancelled, TaskRefused
from medapp.api.testing import TrialContext, run_classify
from medapp.domain.geometry import Geometry
from medapp.domain.volume import Volume
from medapp_classification import hooks
from medapp_classification.cxr_findings.findings import KEYS
from medapp_classification.cxr_findings.model import WEIGHTS
from tests.unit.classification import xray

FACTS = {"PatientAge": "050Y", "ViewPosition": "PA", "BodyPartExamined": "CHEST"}


@pytest.fixture
def context(tmp_path, cxr_trained):
    return TrialContext(tmp_path, weights_files={WEIGHTS: cxr_trained.weights})


def request(volume, modality="CR", facts=FACTS, **parameters):
    return ClassifyRequest("cxr.findings", volume, modality, facts=facts, parameters=parameters)


def chest(seed=204, size=300):
    return xray.as_volume(xray.drawn(seed, size))


def test_fourteen_findings_with_probability_set_and_near_cases(context):
    found = run_classify(hooks, request(chest()), context)
    assert {one.key for one in found.findings} == set(KEYS)
    assert found.used == ("images",)
    assert found.coverage == 0.9
    assert found.familiarity.score < found.familiarity.limit == 1
    for one in found.findings:
        assert 0 < one.low <= one.probability <= one.high < 1
        assert one.code.value
        assert set(one.answers) <= {"present", "absent"}
        assert "held-back pictures with it" in one.remark
        assert len(one.cases) == 5
        assert [case.distance for case in one.cases] == sorted(case.distance for case in one.cases)
        assert one.changes == ()
    assert found.explained["counterfactual"] == "none"
    notice = next(one for one in found.notices if one.code == "demonstration")
    assert notice.message.startswith("A demonstration")
    assert "AUROC" in notice.message


def test_heat_maps_lie_on_the_image(context):
    found = run_classify(hooks, request(chest(size=210), heat_maps=14), context)
    assert found.heat_maps
    named = {one.heat_map for one in found.findings if one.heat_map}
    assert named == {one.key for one in found.heat_maps}
    for one in found.heat_maps:
        assert one.array.shape == (1, 210, 210)
        assert float(one.array.max()) == pytest.approx(1, abs=1e-6)
    assert run_classify(hooks, request(chest(), heat_maps=0), context).heat_maps == ()


def test_charts_show_the_image_and_the_calibration(context):
    found = run_classify(hooks, request(chest()), context)
    assert [one.key for one in found.charts] == ["probabilities", "calibration"]
    bars, usual = found.charts[0].traces
    assert len(bars.x) == 14
    told = sorted(found.findings, key=lambda one: -one.probability)
    assert bars.labels == usual.labels == tuple(one.title for one in told)
    assert list(bars.y) == [one.probability for one in told]


def test_a_picture_of_the_training_is_known_again(context, cxr_trained):
    own = Image.open(cxr_trained.data / "0005.png")
    found = run_classify(hooks, request(xray.as_volume(np.array(own))), context)
    if found.abstained:
        pytest.skip("the small model does not know its own picture")
    nearest = found.findings[0].cases[0]
    assert nearest.distance < 0.1
    assert nearest.outcome.endswith("probably this very picture")
    assert any(one.code == "was-in-training" for one in found.notices)


def test_another_picture_is_not_taken_for_one_of_the_training(context):
    found = run_classify(hooks, request(chest()), context)
    assert not any(one.code == "was-in-training" for one in found.notices)
    assert all("% of nearest pairs" in one.outcome for one in found.findings[0].cases)


def test_the_same_chest_stored_the_other_way_round_is_told_the_same(context):
    image = xray.drawn(206)
    first = run_classify(hooks, request(xray.as_volume(image)), context)
    second = run_classify(hooks, request(xray.as_volume(255 - image, inverted=True)), context)
    for one, other in zip(first.findings, second.findings, strict=True):
        assert one.key == other.key
        assert one.probability == pytest.approx(other.probability, abs=1e-4)


@pytest.mark.parametrize("kind", ["noise", "inverted", "disc", "stripes", "sideways"])
def test_what_is_no_chest_gets_no_answer(context, kind):
    y, x = np.mgrid[0:1:256j, 0:1:256j]
    images = {
        "noise": np.random.default_rng(0).integers(0, 255, (256, 256)),
        "inverted": 255 - xray.drawn(2),
        "disc": 200 * (np.hypot(x - 0.5, y - 0.5) < 0.4),
        "stripes": 120 + 100 * np.sin(60 * x),
        "sideways": xray.drawn(2).T,
    }
    found = run_classify(hooks, request(xray.as_volume(images[kind].astype(np.uint8))), context)
    assert found.findings == ()
    assert found.familiarity.is_strange
    assert "unlike the chest X-rays" in found.abstained


GATE = [
    ("needs a chest X-ray", {"volume": None}),
    ("takes CR or DX, this is CT", {"modality": "CT"}),
    ("of unknown modality", {"modality": ""}),
    ("from 18 years, this one is 7", {"facts": FACTS | {"PatientAge": "007Y"}}),
    ("from 18 years, this one is 2", {"facts": FACTS | {"PatientAge": "024M"}}),
    ("says 9 and not of what", {"facts": FACTS | {"PatientAge": "9"}}),
    ("view PA or AP, the file says LL", {"facts": FACTS | {"ViewPosition": "LL"}}),
    ("view PA or AP, and the file does not state it", {"facts": {"PatientAge": "050Y"}}),
    (
        "body part CHEST or THORAX or LUNG, the file says HAND",
        {"facts": FACTS | {"BodyPartExamined": "HAND"}},
    ),
    ("laterality U or B, the file says L", {"facts": FACTS | {"ImageLaterality": "L"}}),
]


@pytest.mark.parametrize(("words", "change"), GATE, ids=range(len(GATE)))
def test_what_it_is_not_for_is_refused_before_it_runs(context, words, change):
    given = {"volume": chest(), "modality": "CR", "facts": FACTS} | change
    with pytest.raises(TaskRefused, match=words):
        run_classify(hooks, request(**given), context)
    assert context.reports == []


def test_images_that_are_none(context):
    color = Volume(np.zeros((1, 9, 9, 3), np.uint8), Geometry.unknown((1, 9, 9)))
    many = Volume(np.zeros((2, 9, 9), np.uint8), Geometry.unknown((2, 9, 9)))
    lost = Volume(np.zeros((1, 9, 9), np.uint8), Geometry.unknown((1, 9, 9)), failed={0: "x"})
    even = xray.as_volume(np.full((9, 9), 3, np.uint8))
    for words, volume in (
        ("colour", color),
        ("a single image, this series has 2", many),
        ("could not be read", lost),
        ("one grey value", even),
    ):
        with pytest.raises(TaskRefused, match=words):
            run_classify(hooks, request(volume), context)


def test_an_age_that_is_not_stated_is_said_to_be_unknown(context):
    found = run_classify(hooks, request(chest(), facts={"ViewPosition": "AP", "PatientAge": "62"}), context)
    assert "age-unknown" in {one.code for one in found.notices}
    known = run_classify(hooks, request(chest()), context)
    assert "age-unknown" not in {one.code for one in known.notices}


def test_weights_of_something_else_are_refused_and_lacking_ones_are_told(tmp_path):
    (tmp_path / "w").write_bytes(b"nothing")
    context = TrialContext(tmp_path, weights_files={WEIGHTS: tmp_path / "w"})
    with pytest.raises(TaskRefused, match="no whole model"):
        run_classify(hooks, request(chest()), context)
    with pytest.raises(FileNotFoundError):
        run_classify(hooks, request(chest()), TrialContext(tmp_path))


def test_cancelling_is_asked_about(context, tmp_path, cxr_trained):
    for place in range(1, 5):
        given = TrialContext(tmp_path, weights_files={WEIGHTS: cxr_trained.weights}, cancel_at=place)
        with pytest.raises(JobCancelled):
            run_classify(hooks, request(chest()), given)


def test_memory_grows_with_the_image():
    small = hooks.medapp_estimate_resources(request(chest(size=64))).memory_bytes
    assert hooks.medapp_estimate_resources(request(chest(size=512))).memory_bytes > small
