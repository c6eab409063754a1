from __future__ import annotations

import json

import numpy as np
import pytest

from remit.core.errors import InputError, SpecError
from remit.synthesis.influence import gosh
from remit.synthesis.models import FitSpec, fit_linear
from remit.synthesis.pool import CommonEffect

Y = np.array([0.2, 0.5, -0.1, 0.9, 0.4])
V = np.array([0.04, 0.1, 0.06, 0.2, 0.03])


def test_all_subsets_by_size():
    found = gosh((Y, V), FitSpec())
    assert found.exact
    assert found.included.shape == (31, 5)
    sizes = found.included.sum(axis=1)
    assert sizes.tolist() == sorted(sizes)
    assert len({tuple(row) for row in found.included}) == 31
    for i in (7, 20, 30):
        fit = fit_linear(Y[found.included[i]], V[found.included[i]])
        assert found.pooled.effect[i] == pytest.approx(fit.coef[0], rel=1e-12)


def test_random_subsets_repeat_and_are_never_empty():
    found = gosh((Y, V), CommonEffect(), subsets=20, seed=4)
    again = gosh((Y, V), CommonEffect(), subsets=20, seed=4)
    assert not found.exact
    assert found.seed == 4
    assert (found.included == again.included).all()
    assert found.included.any(axis=1).all()
    assert len(found.pooled) == 20
    assert "20 random (seed 4)" in found.summary()


def test_enough_subsets_means_all():
    assert gosh((Y, V), CommonEffect(), subsets=31).exact
    assert not gosh((Y, V), CommonEffect(), subsets=30).exact


def test_contrast_points_to_the_outlier():
    found = gosh(([0.0, 0.1, -0.1, 5.0], [0.1] * 4), CommonEffect())
    contrast = found.contrast()
    assert int(np.argmax(np.abs(contrast))) == 3
    inside = found.pooled.effect[found.included[:, 3]].mean()
    outside = found.pooled.effect[~found.included[:, 3]].mean()
    assert contrast[3] == pytest.approx(inside - outside, rel=1e-12)


def test_progress_and_plain_exits():
    steps = []
    found = gosh((Y, V), CommonEffect(), progress=lambda done, total: steps.append((done, total)))
    assert steps == [(31, 31)]
    plain = json.loads(json.dumps(found.to_dict()))
    assert plain["included"][-1] == [0, 1, 2, 3, 4]
    assert found.to_rows()[0]["studies"] == [0]


def test_wrong_input():
    with pytest.raises(InputError, match="at least 2"):
        gosh(([0.1], [0.2]))
    with pytest.raises(SpecError, match="subsets"):
        gosh((Y, V), subsets=0)
