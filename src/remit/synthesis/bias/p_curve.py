"""Do the significant results hold evidential value: p-curve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr, log_ndtr, ndtr, ndtri, ndtri_exp

from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.core.notes import Note
from remit.core.numerics import bracketed_root
from remit.synthesis.bias.cautions import few_studies
from remit.synthesis.bias.plain_result import (
    estimate_text,
    note_lines,
    plain_result,
)
from remit.synthesis.exits import p_text
from remit.synthesis.q_statistic import check_studies

__all__ = ["PCurve", "PCurveTest", "p_curve"]

FloatArray = npt.NDArray[np.float64]
_ALPHA, _HALF = 0.05, 0.025
_LOW_POWER = 1.0 / 3.0
_TOP_POWER = 0.999
_NONE = NotEstimable(reason="No study is significant.")
_NONE_HALF = NotEstimable(reason="No p value is below 0.025.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PCurveTest:
    """Tests of one shape of the p-curve.

    Attributes
    ----------
    z_full, z_half : float or NotEstimable
        Stouffer's z of all significant p values, and of those below 0.025.
    p_full, p_half : float or NotEstimable
        Their lower tails.
    p_binomial : float or NotEstimable
        Of the number of p values below 0.025.
    """

    z_full: float | NotEstimable
    z_half: float | NotEstimable
    p_full: float | NotEstimable
    p_half: float | NotEstimable
    p_binomial: float | NotEstimable

    def to_dict(self) -> dict[str, Any]:
        """Return the tests as a plain dictionary."""
        return {
            name: getattr(self, name)
            for name in ("z_full", "z_half", "p_full", "p_half", "p_binomial")
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PCurve:
    """What the distribution of significant p values says.

    Attributes
    ----------
    k, significant, below_half : int
        Number of studies, of those with p below 0.05, and of those with p below 0.025.
    right_skew : PCurveTest
        Tests of no effect at all: small p values mean evidential value.
    flatness : PCurveTest
        Tests of a power of 33%: small p values mean that evidential value is lacking.
    power : Estimate or NotEstimable
        Mean power of the significant studies with its 90% interval.
    evidential_value, inadequate : bool or NotEstimable
        Verdicts by the rules of Simonsohn 2015.
    notes : tuple of Note
        What the reader must be told.
    """

    k: int
    significant: int
    below_half: int
    right_skew: PCurveTest
    flatness: PCurveTest
    power: Estimate | NotEstimable
    evidential_value: bool | NotEstimable
    inadequate: bool | NotEstimable
    notes: tuple[Note, ...] = ()

    def summary(self) -> str:
        """Return the result as text, the same for the same data whatever the machine."""
        lines = [
            f"p-curve: {self.significant} of {self.k} studies significant, "
            f"{self.below_half} with p below 0.025",
            f"Right skew: full {p_text(self.right_skew.p_full)}, half "
            f"{p_text(self.right_skew.p_half)}",
            f"Flatter than 33% power: full {p_text(self.flatness.p_full)}, half "
            f"{p_text(self.flatness.p_half)}",
            f"Power {estimate_text(self.power)}",
        ]
        return "\n".join(lines + note_lines(self.notes))

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data that survives JSON unchanged."""
        return plain_result(self, "p-curve")


def p_curve(effect: Any, variance: Any) -> PCurve:
    """Test the shape of the significant p values.

    Simonsohn, Nelson & Simmons 2014 (JEPG 143:534) with the half curve and the verdicts of
    Simonsohn, Simmons & Nelson 2015 (JEPG 144:1146); p values are two-sided normal ones.

    Parameters
    ----------
    effect, variance : (k,) array-like
        Study effects and sampling variances. One result per study, the one that tests the
        hypothesis, is assumed.

    Returns
    -------
    PCurve
        With no significant study everything is not estimable.

    Raises
    ------
    InputError
        If a study is not usable.
    """
    y, v = check_studies(effect, variance)
    z = y / np.sqrt(v)
    size = np.abs(z)
    log_p = np.log(2.0) + log_ndtr(-size)
    chosen, low = log_p < np.log(_ALPHA), log_p < np.log(_HALF)
    notes = _notes(y.size, z[chosen])
    m, n = int(chosen.sum()), int(low.sum())
    if m == 0:
        nothing = PCurveTest(
            z_full=_NONE, z_half=_NONE, p_full=_NONE, p_half=_NONE, p_binomial=_NONE
        )
        return PCurve(
            k=y.size,
            significant=0,
            below_half=0,
            right_skew=nothing,
            flatness=nothing,
            power=_NONE,
            evidential_value=_NONE,
            inadequate=_NONE,
            notes=notes,
        )
    shift = _shift(_LOW_POWER)
    share = float(_power(shift, _HALF)) / _LOW_POWER
    skew = _tests(
        ndtri_exp(log_p[chosen] - np.log(_ALPHA)),
        ndtri_exp(log_p[low] - np.log(_HALF)),
        float(1.0 - bdtr(n - 1, m, 0.5)) if n else 1.0,
    )
    flat = _tests(
        _shape(size[chosen], shift, _ALPHA),
        _shape(size[low], shift, _HALF),
        float(bdtr(n, m, share)),
    )
    return PCurve(
        k=y.size,
        significant=m,
        below_half=n,
        right_skew=skew,
        flatness=flat,
        power=_mean_power(size[chosen]),
        evidential_value=_either(skew.p_half, skew.p_full),
        inadequate=_lacking(flat),
        notes=notes,
    )


def _tests(full: FloatArray, half: FloatArray, binomial: float) -> PCurveTest:
    z_full = float(full.sum() / np.sqrt(full.size))
    z_half: float | NotEstimable = _NONE_HALF
    p_half: float | NotEstimable = _NONE_HALF
    if half.size:
        z_half = float(half.sum() / np.sqrt(half.size))
        p_half = float(ndtr(z_half))
    return PCurveTest(
        z_full=z_full, z_half=z_half, p_full=float(ndtr(z_full)), p_half=p_half, p_binomial=binomial
    )


def _either(half: float | NotEstimable, full: float | NotEstimable) -> bool | NotEstimable:
    """Tell whether the half curve is below 0.05, or both are below 0.1."""
    if isinstance(half, NotEstimable) or isinstance(full, NotEstimable):
        return False
    return half < 0.05 or (half < 0.1 and full < 0.1)


def _lacking(flat: PCurveTest) -> bool | NotEstimable:
    """Tell whether the full curve is below 0.05, or half curve and binomial test below 0.1."""
    if isinstance(flat.p_full, NotEstimable):
        return flat.p_full
    both = [flat.p_half, flat.p_binomial]
    return flat.p_full < 0.05 or all(
        not isinstance(value, NotEstimable) and value < 0.1 for value in both
    )


def _power(shift: float, alpha: float) -> FloatArray:
    """Return the power of a two-sided test at a standardised effect."""
    edge = -ndtri(alpha / 2.0)
    value: FloatArray = ndtr(shift - edge) + ndtr(-shift - edge)
    return value


def _shift(power: float) -> float:
    """Return the standardised effect at which the test at 0.05 has a power."""
    return bracketed_root(lambda d: float(_power(d, _ALPHA)) - power, 0.0, 10.0).value


def _shape(size: FloatArray, shift: float, alpha: float) -> FloatArray:
    """Return normal scores of P(|Z| < size), given significance at alpha and the shift.

    The upper tail is kept in logarithms, so that no z value is too large.
    """
    tail = np.logaddexp(log_ndtr(shift - size), log_ndtr(-shift - size))
    scores: FloatArray = -ndtri_exp(np.minimum(tail - np.log(_power(shift, alpha)), 0.0))
    return scores


def _mean_power(size: FloatArray) -> Estimate:
    """Return the power at which Stouffer's z is 0, and where it is 1.645 and -1.645.

    The curve falls with the power, from that of no effect (power 0.05).
    """
    top = _shift(_TOP_POWER)

    def stouffer(shift: float) -> float:
        scores = _shape(size, shift, _ALPHA)
        return float(scores.sum() / np.sqrt(size.size))

    edge = float(-ndtri(0.05))
    ends = [_crossing(stouffer, target, top) for target in (edge, 0.0, -edge)]
    low, value, high = (float(_power(shift, _ALPHA)) for shift in ends)
    interval = Interval(low=low, high=high, level=0.9, method="p-curve, 5% to 99.9%")
    return Estimate(value=value, interval=interval)


def _crossing(stouffer: Callable[[float], float], target: float, top: float) -> float:
    if stouffer(0.0) <= target:
        return 0.0
    if stouffer(top) >= target:
        return top
    return bracketed_root(lambda shift: stouffer(shift) - target, 0.0, top).value


def _notes(k: int, z: FloatArray) -> tuple[Note, ...]:
    text = (
        "p-curve tells whether at least some significant results are true; it neither corrects "
        "the effect nor holds under strong heterogeneity of power."
    )
    notes = (*few_studies(k, "The p-curve"), Note(kind="caution", text=text))
    if z.size and np.any(z > 0) and np.any(z < 0):
        text = "Significant results point in both directions, which p-curve ignores."
        notes += (Note(kind="caution", text=text),)
    return notes
