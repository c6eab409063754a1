"""Selection models against slow integrals, known special cases and their own gradient."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr

from remit.core.errors import InputError, SpecError
from remit.core.estimate import NotEstimable
from remit.synthesis.bias import selection_model
from remit.synthesis.bias.selection_functions import smooth, step_pieces, threshold_pieces
from remit.synthesis.bias.selection_kinds import SMOOTH
from remit.synthesis.bias.selection_likelihood import SelectionLikelihood
from remit.synthesis.models import FitSpec, fit_linear

Y = np.array([0.61, 0.02, 0.35, 0.48, -0.11, 0.95, 0.27, 0.52, 0.18, 0.74, 0.05, 0.41])
V = np.array([0.05, 0.04, 0.02, 0.06, 0.03, 0.15, 0.01, 0.08, 0.02, 0.11, 0.05, 0.03])
S = np.sqrt(V)
DELTA = {
    "halfnorm": (2.0,),
    "negexp": (3.0,),
    "logistic": (2.5,),
    "power": (1.4,),
    "negexppow": (3.0, 0.6),
    "beta": (0.7, 1.8),
}


def weight(kind, p, d):
    """Return the selection function as its paper writes it."""
    q = np.clip(p, 1e-5, 1 - 1e-5)
    return {
        "halfnorm": lambda: np.exp(-d[0] * p**2),
        "negexp": lambda: np.exp(-d[0] * p),
        "logistic": lambda: 2 * np.exp(-d[0] * p) / (1 + np.exp(-d[0] * p)),
        "power": lambda: (1 - q) ** d[0],
        "negexppow": lambda: np.exp(-d[0] * p ** (1 / d[1])),
        "beta": lambda: q ** (d[0] - 1) * (1 - q) ** (d[1] - 1),
    }[kind]()


@pytest.mark.parametrize("two_sided", [False, True])
@pytest.mark.parametrize("kind", SMOOTH)
def test_the_normaliser_is_the_integral(kind, two_sided):
    mean, variance = np.full(12, 0.21), V + 0.07
    delta = np.array(DELTA[kind])
    found = smooth(SMOOTH[kind], Y, V, two_sided=two_sided).normaliser(mean, variance, delta)
    for i in (0, 5, 6):

        def seen(z, i=i):
            p = 2 * ndtr(-abs(z)) if two_sided else ndtr(-z)
            spread = np.sqrt(variance[i])
            density = np.exp(-0.5 * ((z * S[i] - 0.21) / spread) ** 2)
            return weight(kind, p, delta) * density * S[i] / (spread * np.sqrt(2 * np.pi))

        cuts = [-4.2648907939, -1.0, -1.2533e-5, 0.0, 1.2533e-5, 1.0, 4.2648907939]
        want = quad(seen, -40, 40, points=cuts, limit=400, epsabs=1e-13, epsrel=1e-12)[0]
        # 1e-8: near p = 1 the two-sided beta function has a corner that quad resolves to 1e-9
        assert found.value[i] == pytest.approx(want, rel=1e-8)


def likelihoods():
    yield "step", step_pieces(Y, V, np.array([0.025, 0.5, 1.0]), two_sided=False), 3
    yield "step, two-sided", step_pieces(Y, V, np.array([0.05, 0.5, 1.0]), two_sided=True), 3
    yield "trunc", threshold_pieces(Y, 0.1, Y <= 0.1), 2
    for kind, delta in DELTA.items():
        function = smooth(SMOOTH[kind], Y, V, two_sided=False, prec=S / S.max(), cut=None)
        yield kind, function, len(delta)


@pytest.mark.parametrize(("name", "function", "count"), list(likelihoods()))
def test_the_gradient_is_the_slope(name, function, count):
    design = np.column_stack((np.ones(12), np.arange(12) / 12.0))
    likelihood = SelectionLikelihood(y=Y, v=V, design=design, function=function)
    delta = np.array(DELTA.get(name, (1.0, 0.6, 0.3)[:count]))
    theta = np.concatenate(([0.2, 0.1, 0.06], delta))
    gradient = likelihood.value_and_gradient(theta)[1]
    for i in range(theta.size):
        up, down = theta.copy(), theta.copy()
        up[i] += 1e-5
        down[i] -= 1e-5
        rise = likelihood.value_and_gradient(up)[0] - likelihood.value_and_gradient(down)[0]
        # central differences: a truncation error of 1e-10 and a rounding error of 1e-9
        assert gradient[i] == pytest.approx(rise / 2e-5, rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("tau2", ["ML", "EE"])
def test_equal_weights_are_no_selection(tau2):
    found = selection_model(Y, V, "stepfun", steps=0.025, fixed=(1.0, 1.0), tau2=tau2)
    plain = fit_linear(Y, V, None, FitSpec(tau2=tau2))
    # 1e-8: both are exact optima; a flat likelihood halves the digits
    assert found.effect.value == pytest.approx(float(plain.coef[0]), abs=1e-8)
    assert found.tau2 == pytest.approx(plain.tau2_value, abs=1e-7)
    assert found.loglik == pytest.approx(plain.ml.loglik, abs=1e-10)
    assert found.lrt == pytest.approx(0.0, abs=1e-10)
    assert isinstance(found.lrt_p, NotEstimable)


def test_truncation_at_zero_is_a_step_at_one_half():
    step = selection_model(Y, V, "stepfun", steps=0.5)
    cut = selection_model(Y, V, "trunc")
    assert cut.loglik == pytest.approx(step.loglik, abs=1e-10)  # one model, two layouts
    assert cut.parameters[0].value == pytest.approx(step.parameters[1].value, rel=1e-6)
    assert cut.counts == step.counts == (11, 1)


def test_an_effect_at_the_threshold_does_not_pass_it():
    found = selection_model(Y, V, "trunc", steps=0.02)
    assert found.counts == (10, 2)


def test_the_estimated_threshold_beats_every_given_one():
    best = selection_model(Y, V, "truncest")
    given = [selection_model(Y, V, "trunc", steps=float(at)).loglik for at in np.sort(Y)[:-1]]
    assert best.loglik >= max(given) - 1e-9  # the same optimum, found twice
    assert best.lrt_df == 2
    assert isinstance(best.parameters[1].std_error, NotEstimable)


def test_the_other_direction_is_the_mirror_image():
    up = selection_model(Y, V, "beta", alternative="greater")
    down = selection_model(-Y, V, "beta", alternative="less")
    # the grid is not quite symmetric in its last digits, and the summit is flat
    assert down.effect.value == pytest.approx(-up.effect.value, abs=1e-8)
    assert down.loglik == pytest.approx(up.loglik, abs=1e-12)


def test_a_falling_step_function_falls():
    free = selection_model(Y, V, "stepfun", steps=(0.025, 0.2))
    falling = selection_model(Y, V, "stepfun", steps=(0.025, 0.2), decreasing=True)
    weights = [item.value for item in falling.parameters]
    assert weights == sorted(weights, reverse=True)
    assert falling.loglik <= free.loglik + 1e-9  # a constraint cannot help


def test_a_bound_is_told():
    y = np.array([-0.3, 0.1, -0.2, 0.3, 0.05, -0.15, 0.2, -0.05, 0.12, -0.22, 0.01])
    found = selection_model(y, np.full(11, 0.02), "halfnorm")
    assert found.parameters[0].value == 0.0
    assert "delta" in found.status.at_bounds
    assert isinstance(found.parameters[0].std_error, NotEstimable)
    assert any(note.kind == "boundary" for note in found.notes)


@pytest.mark.parametrize("kind", ["stepfun", "beta", "logistic", "truncest"])
def test_the_search_ends_at_a_summit(kind):
    found = selection_model(Y, V, kind, steps=0.025 if kind == "stepfun" else None)
    assert found.status.converged
    assert found.status.gradient < 1e-7  # per unit of a scaled parameter
    assert found.status.agreeing >= 1


def test_the_highest_of_several_summits_is_taken():
    # Egger 2001, magnesium trials: selection may explain all heterogeneity or none. One start
    # from the ordinary fit ends in the lower summit, at -18.798.
    ai = np.array([1, 9, 2, 1, 10, 1, 1, 0, 6, 1, 2, 5, 4, 90, 4, 2216])
    n1 = np.array([40, 135, 200, 48, 150, 59, 25, 22, 76, 27, 89, 23, 130, 1159, 107, 29011])
    ci = np.array([2, 23, 7, 1, 8, 9, 3, 1, 11, 7, 12, 13, 8, 118, 17, 2103])
    n2 = np.array([36, 135, 200, 46, 148, 56, 23, 21, 75, 27, 80, 33, 122, 1157, 108, 29039])
    add = np.where((ai == 0) | (ci == 0), 0.5, 0.0)
    cells = [ai + add, n1 - ai + add, ci + add, n2 - ci + add]
    y = np.log(cells[0] * cells[3] / (cells[1] * cells[2]))
    v = sum(1 / cell for cell in cells)
    found = selection_model(y, v, "negexp", alternative="less")
    assert found.loglik == pytest.approx(-16.37003748694932, abs=1e-9)  # by 25-digit quadrature
    assert found.tau2 == 0.0
    assert 0 < found.status.agreeing < found.status.starts


def test_an_interval_without_a_study_is_named():
    with pytest.raises(InputError, match=r"delta 2 \(p 0.0249 to 0.025\)"):
        selection_model(Y, V, "stepfun", steps=(0.0249, 0.025))


@pytest.mark.parametrize("k", [1, 2, 3])
def test_too_few_studies_are_refused(k):
    with pytest.raises(InputError, match="more studies than parameters"):
        selection_model(Y[:k], V[:k], "stepfun", steps=0.5)


@pytest.mark.parametrize(
    "choices",
    [
        {"kind": "stepfun"},
        {"kind": "stepfun", "steps": (0.5, 1.5)},
        {"kind": "stepfun", "steps": 0.5, "fixed": (1.0,)},
        {"kind": "stepfun", "steps": 0.5, "fixed": (None, 1.0)},
        {"kind": "beta", "steps": 0.5},
        {"kind": "trunc", "alternative": "two.sided"},
        {"kind": "stepfun", "steps": 0.5, "precision": V},
        {"kind": "halfnorm", "decreasing": True},
        {"kind": "halfnorm", "tau2": "REML"},
        {"kind": "nothing"},
    ],
)
def test_choices_that_do_not_fit_are_refused(choices):
    with pytest.raises(SpecError):
        selection_model(Y, V, **choices)
