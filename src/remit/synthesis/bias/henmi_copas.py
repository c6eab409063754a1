"""An interval that publication bias moves little: Henmi & Copas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import gammainc, ndtr

from remit.core.checks import check_level
from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.core.notes import Note
from remit.core.numerics import bracketed_root, critical_value
from remit.synthesis.bias.cautions import few_studies
from remit.synthesis.bias.plain_result import (
    estimate_text,
    note_lines,
    number_or_reason,
    plain_result,
    symmetric_interval,
)
from remit.synthesis.q_statistic import check_studies, cochran_q, pair_weight, standard_form

__all__ = ["HenmiCopas", "henmi_copas"]

FloatArray = npt.NDArray[np.float64]
_FAR = 9.5  # beyond this the standard normal tail is below 1e-20
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)


@dataclass(frozen=True, slots=True, kw_only=True)
class HenmiCopas:
    """Common-effect mean with an interval that allows for heterogeneity.

    Attributes
    ----------
    k : int
        Number of studies.
    effect : Estimate
        Common-effect mean with its Henmi-Copas interval.
    random_effects : Estimate
        Random-effects mean (DL) with its normal interval, for comparison.
    tau2 : float or NotEstimable
        DerSimonian-Laird estimate.
    factor : float
        Half width of the interval over the standard error.
    notes : tuple of Note
        What the reader must be told.
    """

    k: int
    effect: Estimate
    random_effects: Estimate
    tau2: float | NotEstimable
    factor: float
    notes: tuple[Note, ...] = ()

    def summary(self) -> str:
        """Return the result as text, the same for the same data whatever the machine."""
        lines = [
            f"Henmi & Copas: {self.k} {'study' if self.k == 1 else 'studies'}",
            f"Effect {estimate_text(self.effect)}",
            f"Random effects {estimate_text(self.random_effects)}",
            f"tau2 {number_or_reason(self.tau2)} (DL)",
        ]
        return "\n".join(lines + note_lines(self.notes))

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data that survives JSON unchanged."""
        return plain_result(self, "henmi-copas")


def henmi_copas(effect: Any, variance: Any, *, level: float = 0.95) -> HenmiCopas:
    """Pool with common-effect weights and an interval valid under heterogeneity.

    Henmi & Copas 2010, sec. 4: large studies, which selection touches least, keep their weight.

    Parameters
    ----------
    effect, variance : (k,) array-like
        Study effects and sampling variances (squared units of the effect).
    level : float
        Coverage of the intervals.

    Returns
    -------
    HenmiCopas
        With one study: that study with its normal interval.

    Raises
    ------
    InputError
        If a study is not usable.
    """
    level = check_level(level)
    origin, variances = check_studies(effect, variance)
    y, v, scale = standard_form(origin, variances)
    root, start = float(np.sqrt(scale)), float(origin[np.lexsort((origin, variances))[0]])
    w = 1.0 / v
    mean, total = float(np.sum(w * y) / np.sum(w)), float(np.sum(w))
    if y.size == 1:
        one = NotEstimable(reason="One study cannot show how much studies differ.")
        error = float(np.sqrt(variances[0]))
        alone = _normal(start, error, level)
        return HenmiCopas(
            k=1,
            effect=alone,
            random_effects=alone,
            tau2=one,
            factor=critical_value(level),
            notes=few_studies(1, "The Henmi-Copas interval"),
        )
    spread = float(pair_weight(w))
    tau2 = max(0.0, (cochran_q(y, v) - (y.size - 1)) / spread)
    error = float(np.sqrt((1.0 + tau2 * np.sum(w**2) / total) / total)) * root
    factor = _factor(w, tau2, y.size, level)
    value = start + root * mean
    u = 1.0 / (v + tau2)
    random = start + root * float(np.sum(u * y) / np.sum(u))
    interval: Interval = symmetric_interval(value, factor * error, level, "Henmi & Copas 2010")
    return HenmiCopas(
        k=y.size,
        effect=Estimate(value=value, interval=interval, std_error=error),
        random_effects=_normal(random, root / float(np.sqrt(np.sum(u))), level),
        tau2=tau2 * scale,
        factor=factor,
        notes=_notes(y.size, tau2),
    )


def _notes(k: int, tau2: float) -> tuple[Note, ...]:
    text = "The interval takes the effects of the largest studies as least affected by selection."
    notes: tuple[Note, ...] = (Note(kind="caution", text=text, method="Henmi & Copas 2010"),)
    if tau2 == 0.0:
        notes += (Note(kind="boundary", text="tau2 (DL) is at its boundary, 0."),)
    return few_studies(k, "The Henmi-Copas interval") + notes


def _normal(value: float, error: float, level: float) -> Estimate:
    interval = symmetric_interval(value, critical_value(level) * error, level, "normal")
    return Estimate(value=value, interval=interval, std_error=error)


def _factor(w: FloatArray, tau2: float, k: int, level: float) -> float:
    """Return u with P(|mean - mu| > u se) = 1 - level (Henmi & Copas 2010, eq. 9 to 13).

    With R the standardised mean, the interval misses on one side where R > u/sd(R) and the
    estimated tau2 is small enough, that is where Q lies below a bound that depends on R. Given
    R, Q is approximated by a gamma distribution with its first two moments.
    """
    w1 = float(np.sum(w))
    ratios = [float(np.sum(w**power)) / w1 for power in (2, 3, 4)]
    spread = float(np.sqrt(1.0 + tau2 * ratios[0]))
    most = float(pair_weight(w)) / ratios[0]  # (W1 - W2)/W2
    miss = 0.5 * (1.0 - level)

    def excess(x: float) -> float:
        return _tail(x, w, w1, ratios, tau2, spread, most, k) - miss

    return spread * bracketed_root(excess, 1e-8, _FAR).value


def _tail(
    x: float,
    w: FloatArray,
    w1: float,
    ratios: list[float],
    tau2: float,
    spread: float,
    most: float,
    k: int,
) -> float:
    """Return the probability that R exceeds x times its estimated standard deviation."""
    edges = np.linspace(x, x + _FAR, 39)
    half = 0.5 * np.diff(edges)
    r = (edges[:-1, None] + half[:, None] * (1.0 + _NODES)).ravel()
    weight = (half[:, None] * _WEIGHTS).ravel()
    mean, variance = _q_moments(r * spread, w1, ratios, tau2, spread**2, w, k)
    bound = most * ((r / x) ** 2 - 1.0) + (k - 1)
    below = gammainc(mean**2 / variance, bound * mean / variance)
    density = np.exp(-0.5 * r**2) / np.sqrt(2.0 * np.pi)
    return float(min(np.sum(weight * below * density), ndtr(-x)))


def _q_moments(
    r: FloatArray,
    w1: float,
    ratios: list[float],
    tau2: float,
    variance_r: float,
    w: FloatArray,
    k: int,
) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance of Q given R = r (Henmi & Copas 2010, eq. 7 and 8)."""
    w2, w3, w4 = ratios
    spread = float(pair_weight(w))  # W1 - W2
    shift = (r / variance_r) ** 2 - 1.0 / variance_r
    a = w3 - w2**2
    mean = (k - 1) + tau2 * spread + tau2**2 * shift * a
    variance = (
        2.0 * (k - 1)
        + 4.0 * tau2 * spread
        + 2.0 * tau2**2 * (w1 * w2 - 2.0 * w3 + w2**2)
        + 4.0 * tau2**2 * shift * a
        + 4.0 * tau2**3 * shift * (w4 - 2.0 * w2 * w3 + w2**3)
        + 2.0 * tau2**4 * (1.0 / variance_r**2 - 2.0 * r**2 / variance_r**3) * a**2
    )
    return mean, variance
