"""The figures of MOSES that the bench tells, on molecules that are counted by hand."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from rdkit import Chem

from tests.bench import moses


def test_similarities_are_of_the_nearest_or_of_all():
    made = np.array([[1, 1, 0, 0], [0, 0, 1, 1]], np.uint8)
    known = np.array([[1, 1, 0, 0], [1, 0, 0, 0], [0, 1, 1, 1]], np.uint8)
    np.testing.assert_allclose(moses._alike(made, known, most=True), [1, 2 / 3], atol=1e-6)
    np.testing.assert_allclose(
        moses._alike(made, known, most=False), [(1 + 0.5 + 0.25) / 3, 2 / 9], atol=1e-6
    )


def test_counts_are_compared_by_their_direction():
    assert moses.cosine(Counter(a=1, b=1), Counter(a=3, b=3)) == pytest.approx(1)
    assert moses.cosine(Counter(a=1), Counter(b=1)) == 0
    assert moses.cosine(Counter(a=3, b=4), Counter(a=1)) == pytest.approx(0.6)


def test_fragments_and_scaffolds():
    mol = Chem.MolFromSmiles("O=C(NCc1ccccc1)c1ccncc1C")
    assert moses.scaffold_of(mol) == ["O=C(NCc1ccccc1)c1ccncc1"]
    assert moses.scaffold_of(Chem.MolFromSmiles("CCc1ccccc1")) == []
    parts = moses.fragments_of(mol)
    assert sum("*" in one for one in parts) == len(parts) == 5


def test_what_was_precomputed_is_read_without_running_anything():
    import io
    import pickle

    harmless = pickle.dumps(Counter(a=1))
    assert moses._Arrays(io.BytesIO(harmless)).load() == Counter(a=1)
    with pytest.raises(pickle.UnpicklingError, match="no array"):
        moses._Arrays(io.BytesIO(pickle.dumps(print))).load()


@pytest.mark.timeout(400)
@pytest.mark.skipif(moses.folder() is None, reason="MOSES is not at hand: MEDAPP_MOSES names its folder")
def test_molecules_of_the_training_set_are_what_was_published_of_it():
    """MOSES, row Train: valid 1, unique 1, SNN 0.642 and 0.586, IntDiv 0.857, filters 1."""
    found = moses.figures(moses.floor(600), distances=False)
    assert (found["valid"], found["unique"], found["novelty"], found["filters"]) == (1, 1, 0, 1)
    assert found["SNN test"] == pytest.approx(0.642, abs=0.02)
    assert found["SNN scaffolds"] == pytest.approx(0.586, abs=0.02)
    assert found["IntDiv"] == pytest.approx(0.857, abs=0.005)
    assert found["Frag test"] > 0.99
