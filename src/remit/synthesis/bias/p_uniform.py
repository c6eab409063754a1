"""What effect makes the significant p values uniform: p-uniform."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr, ndtri

from remit.core.checks import check_choice, check_level, check_proportion
from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.core.notes import Note
from remit.core.numerics import bracketed_root
from remit.synthesis.bias.cautions import few_studies
from remit.synthesis.bias.irwin_hall import irwin_hall_cdf, irwin_hall_quantile
from remit.synthesis.bias.plain_result import estimate_text, note_lines, plain_result
from remit.synthesis.exits import p_text
from remit.synthesis.q_statistic import check_studies

__all__ = ["PUniform", "p_uniform"]

FloatArray = npt.NDArray[np.float64]
_NONE = NotEstimable(reason="No study is significant in the direction of the alternative.")
_FAR = 2.0**12  # in standard errors; no effect is looked for beyond


@dataclass(frozen=True, slots=True, kw_only=True)
class PUniform:
    """The effect that the significant studies alone support.

    Attributes
    ----------
    alternative : str
        Direction in which studies were significant.
    k, significant : int
        Number of studies, and of those that are significant in that direction.
    effect : Estimate or NotEstimable
        Effect with its interval.
    p_value : float or NotEstimable
        One-sided p value of no effect.
    common_effect : float
        Ordinary common-effect mean of all studies, for comparison.
    bias_p : float or NotEstimable
        One-sided p value of no publication bias: whether the common-effect mean of the
        significant studies is too large.
    notes : tuple of Note
        What the reader must be told.
    """

    alternative: str
    k: int
    significant: int
    effect: Estimate | NotEstimable
    p_value: float | NotEstimable
    common_effect: float
    bias_p: float | NotEstimable
    notes: tuple[Note, ...] = ()

    def summary(self) -> str:
        """Return the result as text, the same for the same data whatever the machine."""
        lines = [
            f"p-uniform ({self.alternative}): {self.significant} of {self.k} studies significant",
            f"Effect {estimate_text(self.effect)}; {p_text(self.p_value)}",
            f"Publication bias: {p_text(self.bias_p)}",
        ]
        return "\n".join(lines + note_lines(self.notes))

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data that survives JSON unchanged."""
        return plain_result(self, "p-uniform")


def p_uniform(
    effect: Any,
    variance: Any,
    *,
    alternative: str = "greater",
    alpha: float = 0.05,
    level: float = 0.95,
) -> PUniform:
    """Estimate the effect from the significant studies alone.

    Van Assen, van Aert & Wicherts 2015: at the true effect the p values of significant studies,
    given that they are significant, are uniform. The effect is where their sum equals half their
    number, and its interval ends where the sum reaches the quantiles of a sum of uniforms
    (Irwin-Hall; method ``P`` of the puniform package).

    Parameters
    ----------
    effect, variance : (k,) array-like
        Study effects and sampling variances (squared units of the effect).
    alternative : str
        ``greater`` or ``less``: the direction in which studies count.
    alpha : float
        Two-sided level of the studies' tests.
    level : float
        Coverage of the interval.

    Returns
    -------
    PUniform
        Without a significant study the effect is not estimable.

    Raises
    ------
    InputError
        If a study is not usable.
    SpecError
        If the alternative is unknown or alpha no proportion.
    """
    check_choice("alternative", alternative, ("greater", "less"))
    check_level(level)
    check_proportion("alpha", alpha)
    y, v = check_studies(effect, variance)
    sign = 1.0 if alternative == "greater" else -1.0
    y, s = sign * y, np.sqrt(v)
    edge = -ndtri(alpha / 2.0) * s
    chosen = y >= edge
    m = int(chosen.sum())
    mean = float(np.sum(y / v) / np.sum(1.0 / v))
    text = "The method takes the significant studies to share one true effect."
    notes = (*few_studies(y.size, "p-uniform"), Note(kind="caution", text=text))
    if m == 0:
        return PUniform(
            alternative=alternative,
            k=y.size,
            significant=0,
            effect=_NONE,
            p_value=_NONE,
            common_effect=sign * mean,
            bias_p=_NONE,
            notes=notes,
        )
    y, s, v, edge = y[chosen], s[chosen], v[chosen], edge[chosen]

    def total(truth: float) -> float:
        return float(np.sum(np.exp(log_ndtr((truth - y) / s) - log_ndtr((truth - edge) / s))))

    naive = float(np.sum(y / v) / np.sum(1.0 / v))
    found = _estimate(total, m, float(np.max(s)), float(np.min(s)), level, sign)
    return PUniform(
        alternative=alternative,
        k=int(chosen.size),
        significant=m,
        effect=found,
        p_value=irwin_hall_cdf(total(0.0), m),
        common_effect=sign * mean,
        bias_p=1.0 - irwin_hall_cdf(total(naive), m),
        notes=notes,
    )


def _estimate(
    total: Callable[[float], float], m: int, unit: float, least: float, level: float, sign: float
) -> Estimate | NotEstimable:
    miss = 0.5 * (1.0 - level)
    quantiles = (irwin_hall_quantile(miss, m), 0.5 * m, irwin_hall_quantile(1.0 - miss, m))
    ends = [_solve(total, target, unit, least) for target in quantiles]
    if ends[1] is None:
        return NotEstimable(reason="No effect makes the p values uniform: all lie at the edge.")
    low = -np.inf if ends[0] is None else ends[0]
    high = np.inf if ends[2] is None else ends[2]
    if sign < 0:
        low, high = -high, -low
    interval = Interval(low=low, high=high, level=level, method="p-uniform, Irwin-Hall")
    return Estimate(value=sign * ends[1], interval=interval)


def _solve(
    total: Callable[[float], float], target: float, unit: float, least: float
) -> float | None:
    """Find the effect at which the sum, which rises with it, reaches a target."""
    low, high = -least, least
    while total(low) > target:
        low *= 2.0
        if -low > _FAR * unit:
            return None
    while total(high) < target:
        high *= 2.0
        if high > _FAR * unit:
            return None
    return bracketed_root(lambda truth: total(truth) - target, low, high).value
