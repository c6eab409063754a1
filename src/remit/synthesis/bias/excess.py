"""Are there more significant studies than their power allows: excess significance."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from remit.core.checks import check_choice, lock
from remit.core.errors import SpecError
from remit.core.estimate import NotEstimable
from remit.core.notes import Note
from remit.core.numerics import bracketed_root, chi2_upper_tail, normal_quantile
from remit.synthesis.bias.cautions import few_studies
from remit.synthesis.bias.plain_result import note_lines, number_or_reason, plain_result
from remit.synthesis.exits import number_text, p_text
from remit.synthesis.models import FitSpec, fit_linear
from remit.synthesis.q_statistic import check_studies

__all__ = ["ALTERNATIVES", "EXCESS_TESTS", "ExcessSignificance", "excess_significance"]

FloatArray = npt.NDArray[np.float64]
EXCESS_TESTS = ("exact", "binomial", "chi2")
ALTERNATIVES = ("two.sided", "greater", "less")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExcessSignificance:
    """Observed against expected number of significant studies.

    Attributes
    ----------
    test : str
        ``exact``, ``binomial`` or ``chi2``.
    k : int
        Number of studies.
    observed : int
        Number of significant studies.
    expected : float
        Sum of the powers.
    ratio : float
        Observed over expected.
    statistic : float or NotEstimable
        Chi-squared with 1 degree of freedom, for ``chi2``.
    p_value : float or NotEstimable
        Of the test of excess.
    power : (k,) float array
        Power of each study at `effect` and `tau2`.
    significant : (k,) bool array
        Which studies are significant.
    effect, tau2 : float
        Mean and variance of true effects that the powers are computed for.
    limit : float or NotEstimable
        Effect at which the p value equals `limit_alpha` (Ioannidis & Trikalinos 2007).
    alpha, limit_alpha : float
        Levels of the studies' tests and of the test of excess.
    notes : tuple of Note
        What the reader must be told.
    """

    test: str
    k: int
    observed: int
    expected: float
    ratio: float
    statistic: float | NotEstimable
    p_value: float | NotEstimable
    power: FloatArray
    significant: npt.NDArray[np.bool_]
    effect: float
    tau2: float
    limit: float | NotEstimable
    alpha: float
    limit_alpha: float
    notes: tuple[Note, ...] = ()

    def summary(self) -> str:
        """Return the result as text, the same for the same data whatever the machine."""
        lines = [
            f"Test of excess significance ({self.test}): {self.k} "
            f"{'study' if self.k == 1 else 'studies'}",
            f"Significant: {self.observed} observed, {number_text(self.expected)} expected; "
            f"{p_text(self.p_value)}",
            f"Limit estimate {number_or_reason(self.limit)}",
        ]
        return "\n".join(lines + note_lines(self.notes))

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data that survives JSON unchanged."""
        body = plain_result(self, "excess-significance")
        return body | {"significant": [bool(value) for value in self.significant]}


def excess_significance(
    effect: Any,
    variance: Any,
    *,
    test: str = "exact",
    alternative: str = "greater",
    study_alternative: str = "two.sided",
    alpha: float = 0.05,
    null: float = 0.0,
    true_effect: float | None = None,
    spec: FitSpec | None = None,
    limit_alpha: float = 0.1,
) -> ExcessSignificance:
    """Compare the number of significant studies with the sum of their powers.

    Ioannidis & Trikalinos 2007; the exact test is Francis 2013. With tau2 above 0 the power is
    its expectation over true effects, which is that of a normal with variance v + tau2.

    Parameters
    ----------
    effect, variance : (k,) array-like
        Study effects and sampling variances (squared units of the effect).
    test : str
        ``exact`` (Poisson-binomial), ``binomial`` (with the mean power) or ``chi2``.
    alternative : str
        ``greater`` (an excess), ``less`` or ``two.sided``.
    study_alternative : str
        Sidedness of the studies' own tests.
    alpha : float
        Level of the studies' own tests.
    null : float
        Effect under the studies' null hypothesis.
    true_effect : float, optional
        Effect that the power is computed for; by default the pooled one.
    spec : FitSpec, optional
        Model that gives effect and tau2; a common effect by default.
    limit_alpha : float
        Level of the test of excess at which the limit estimate is found.

    Returns
    -------
    ExcessSignificance

    Raises
    ------
    InputError
        If a study is not usable.
    SpecError
        If a choice is unknown or a level is no proportion.
    """
    check_choice("test", test, EXCESS_TESTS)
    check_choice("alternative", alternative, ALTERNATIVES)
    check_choice("study_alternative", study_alternative, ALTERNATIVES)
    for name, value in (("alpha", alpha), ("limit_alpha", limit_alpha)):
        if not 0.0 < value < 1.0:
            raise SpecError.at(
                f"argument '{name}'", found=repr(value), expected="a proportion between 0 and 1"
            )
    y, v = check_studies(effect, variance)
    mean, tau2 = _truth(y, v, spec)
    mean = mean if true_effect is None else float(true_effect)
    significant = _significant((y - null) / np.sqrt(v), alpha, study_alternative)
    observed = int(np.sum(significant))

    def power_at(truth: float) -> FloatArray:
        return _power(truth - null, tau2, v, alpha, study_alternative)

    def p_at(truth: float) -> float | NotEstimable:
        return _excess(power_at(truth), observed, test, alternative)[1]

    power = power_at(mean)
    statistic, p_value = _excess(power, observed, test, alternative)
    significant.setflags(write=False)
    return ExcessSignificance(
        test=test,
        k=y.size,
        observed=observed,
        expected=float(np.sum(power)),
        ratio=observed / float(np.sum(power)),
        statistic=statistic,
        p_value=p_value,
        power=lock(power),
        significant=significant,
        effect=mean,
        tau2=tau2,
        limit=_limit(p_at, null, mean, float(np.max(np.sqrt(v + tau2))), limit_alpha, alternative),
        alpha=alpha,
        limit_alpha=limit_alpha,
        notes=_notes(y.size, tau2),
    )


def _notes(k: int, tau2: float) -> tuple[Note, ...]:
    text = (
        "An excess may also come from true differences between studies, and its absence proves "
        "nothing where most studies have low power."
    )
    notes = (*few_studies(k, "The test of excess significance"), Note(kind="caution", text=text))
    if tau2 > 0:
        added = "The powers allow for the estimated heterogeneity, which selection distorts too."
        notes += (Note(kind="assumed", text=added),)
    return notes


def _truth(y: FloatArray, v: FloatArray, spec: FitSpec | None) -> tuple[float, float]:
    fit = fit_linear(y, v, None, spec if spec is not None and y.size > 1 else FitSpec(tau2="EE"))
    return float(fit.coef[0]), fit.tau2_value


def _significant(z: FloatArray, alpha: float, sided: str) -> npt.NDArray[np.bool_]:
    if sided == "two.sided":
        return np.abs(z) >= -normal_quantile(alpha / 2.0)
    return (z if sided == "greater" else -z) >= -normal_quantile(alpha)


def _power(shift: float, tau2: float, v: FloatArray, alpha: float, sided: str) -> FloatArray:
    """Return the (k,) probabilities of a significant result at a distance from the null."""
    s, error = np.sqrt(v + tau2), np.sqrt(v)
    if sided == "two.sided":
        edge = -normal_quantile(alpha / 2.0) * error
        both: FloatArray = ndtr((shift - edge) / s) + ndtr((-shift - edge) / s)
        return both
    edge = -normal_quantile(alpha) * error
    one: FloatArray = ndtr(((shift if sided == "greater" else -shift) - edge) / s)
    return one


def _excess(
    power: FloatArray, observed: int, test: str, alternative: str
) -> tuple[float | NotEstimable, float | NotEstimable]:
    """Return chi-squared (where it is the test) and the p value."""
    if test == "chi2":
        return _chi2(float(np.sum(power)), power.size, observed, alternative)
    chance = power if test == "exact" else np.full(power.size, float(np.mean(power)))
    density = _poisson_binomial(chance)
    if alternative == "greater":
        p_value = float(np.sum(density[observed:]))
    elif alternative == "less":
        p_value = float(np.sum(density[: observed + 1]))
    else:
        p_value = float(np.sum(density[density <= density[observed] * (1.0 + 1e-7)]))
    return NotEstimable(reason="Only the chi2 test has a statistic."), min(1.0, p_value)


def _chi2(
    expected: float, k: int, observed: int, alternative: str
) -> tuple[float | NotEstimable, float | NotEstimable]:
    if not 0.0 < expected < k:
        sure = NotEstimable(reason="All powers are 0 or 1, and nothing is left to chance.")
        return sure, sure
    statistic = (observed - expected) ** 2 * (1.0 / expected + 1.0 / (k - expected))
    both = chi2_upper_tail(statistic, 1)
    if alternative == "two.sided":
        return statistic, both
    beyond = (observed > expected) == (alternative == "greater")
    return statistic, both / 2.0 if beyond else 1.0 - both / 2.0


def _poisson_binomial(chance: FloatArray) -> FloatArray:
    """Return the (k + 1,) probabilities of each number of successes, by convolution."""
    density = np.zeros(chance.size + 1)
    density[0] = 1.0
    for i, p in enumerate(chance):
        density[1 : i + 2] = density[1 : i + 2] * (1.0 - p) + density[: i + 1] * p
        density[0] *= 1.0 - p
    return density


def _limit(
    p_at: Callable[[float], float | NotEstimable],
    null: float,
    effect: float,
    unit: float,
    limit_alpha: float,
    alternative: str,
) -> float | NotEstimable:
    """Find the effect, on the side of the estimate, where the p value equals the level."""
    if alternative != "greater":
        return NotEstimable(reason="The limit estimate is defined for a test of excess only.")

    def gap(truth: float) -> float:
        p_value = p_at(truth)
        return (1.0 if isinstance(p_value, NotEstimable) else p_value) - limit_alpha

    if gap(null) >= 0:
        return NotEstimable(
            reason="Even without any effect the number of significant studies is no excess at "
            f"the level {limit_alpha:g}."
        )
    step = math.copysign(unit, effect - null)
    far = null + step
    for _ in range(60):
        if gap(far) >= 0:
            return bracketed_root(gap, min(null, far), max(null, far)).value
        step *= 2.0
        far = null + step
    return NotEstimable(reason="No effect is large enough to expect so many significant studies.")
