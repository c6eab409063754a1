"""What the methods that sum over strata return: Mantel-Haenszel and Peto."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.core.notes import Note
from remit.core.numerics import critical_value, normal_two_sided
from remit.synthesis.data import SetAside
from remit.synthesis.exits import interval_text, number_text, p_text, plain
from remit.synthesis.models import FitStatistics
from remit.synthesis.rare.chi_square import ChiSquareTest
from remit.synthesis.rare.tables import Counts, count_rows

__all__ = ["MantelHaenszelResult", "PetoResult", "wald"]

FloatArray = npt.NDArray[np.float64]
_NAMES = {
    "OR": "log odds ratio",
    "RR": "log risk ratio",
    "RD": "risk difference",
    "IRR": "log rate ratio",
    "IRD": "rate difference",
    "PETO": "log odds ratio",
}


def wald(value: float, std_error: float, level: float) -> tuple[Estimate, float, float]:
    """Return the estimate with its normal interval, z and two-sided p."""
    half = critical_value(level) * std_error
    interval = Interval(low=value - half, high=value + half, level=level, method="normal")
    z = value / std_error
    return (
        Estimate(value=value, interval=interval, std_error=std_error),
        z,
        normal_two_sided(z),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MantelHaenszelResult:
    """Counts pooled by Mantel & Haenszel.

    Attributes
    ----------
    measure : str
        ``OR RR RD IRR IRD``.
    level : float
        Coverage as a proportion.
    k, k_effects : int
        Number of studies whose counts were summed, and of those that have an effect of their own,
        which ``heterogeneity`` needs.
    effect : Estimate or NotEstimable
        Pooled value, as a logarithm for ratios, with its normal interval.
    statistic, p_value : float or NotEstimable
        z and two-sided p of no effect.
    weights : (k,) array
        Share of each study in the pooled value, per cent; all zero where there is none.
    association : ChiSquareTest or NotEstimable
        Test of no effect by Mantel & Haenszel 1959, with N - 1 in the variance; for ``IRR`` its
        person-time form. It needs no estimate.
    cochran : ChiSquareTest or NotEstimable
        The same by Cochran 1954, with N in the variance; odds ratios only.
    breslow_day, tarone : ChiSquareTest or NotEstimable
        Tests that the studies share one odds ratio: Breslow & Day 1980, and with the correction of
        Tarone 1985; odds ratios only.
    heterogeneity : ChiSquareTest or NotEstimable
        Q of the studies' own effects about the pooled value.
    i2, h2 : float or NotEstimable
        From Q; I2 in per cent.
    fit_ml, fit_reml : FitStatistics or NotEstimable
        Of the studies' own effects about the pooled value.
    counts : Counts
        What was summed, before any constant was added, with the studies set aside.
    notes : tuple of Note
        What was done to the counts, and what the reader must be told.
    """

    measure: str
    level: float
    k: int
    k_effects: int
    effect: Estimate | NotEstimable
    statistic: float | NotEstimable
    p_value: float | NotEstimable
    weights: FloatArray
    association: ChiSquareTest | NotEstimable
    cochran: ChiSquareTest | NotEstimable
    breslow_day: ChiSquareTest | NotEstimable
    tarone: ChiSquareTest | NotEstimable
    heterogeneity: ChiSquareTest | NotEstimable
    i2: float | NotEstimable
    h2: float | NotEstimable
    fit_ml: FitStatistics | NotEstimable
    fit_reml: FitStatistics | NotEstimable
    counts: Counts
    notes: tuple[Note, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the names of the studies, in the order of ``weights``."""
        return self.counts.labels

    @property
    def set_aside(self) -> tuple[SetAside, ...]:
        """Return the studies that could not be used."""
        return self.counts.set_aside

    def summary(self) -> str:
        """Return the result as text, the same for the same data whatever the machine."""
        tests = (self.association, self.cochran, self.breslow_day, self.tarone)
        return _summary("Mantel-Haenszel", self, tests)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per study: those that were summed, then those set aside."""
        return count_rows(self.counts, self.weights)

    def to_dict(self) -> dict[str, Any]:
        """Return the whole result as plain data that survives JSON unchanged."""
        tests = ("association", "cochran", "breslow_day", "tarone")
        return _plain_result("remit.mantel-haenszel", self, tests)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PetoResult:
    """Counts pooled by the one-step method of Yusuf, Peto et al. 1985.

    Attributes
    ----------
    level : float
        Coverage as a proportion.
    k, k_effects : int
        Number of studies whose counts were summed, and of those with an effect of their own.
    effect : Estimate or NotEstimable
        Log odds ratio with its normal interval.
    statistic, p_value : float or NotEstimable
        z and two-sided p of no effect.
    weights : (k,) array
        Share of each study in the pooled value, per cent; all zero where there is none.
    heterogeneity : ChiSquareTest or NotEstimable
        Sum of (O - E)^2/V less (sum of O - E)^2 / sum of V.
    i2, h2, fit_ml, fit_reml, counts, notes
        As in `MantelHaenszelResult`.
    """

    level: float
    k: int
    k_effects: int
    effect: Estimate | NotEstimable
    statistic: float | NotEstimable
    p_value: float | NotEstimable
    weights: FloatArray
    heterogeneity: ChiSquareTest | NotEstimable
    i2: float | NotEstimable
    h2: float | NotEstimable
    fit_ml: FitStatistics | NotEstimable
    fit_reml: FitStatistics | NotEstimable
    counts: Counts
    notes: tuple[Note, ...]

    @property
    def measure(self) -> str:
        """Return ``PETO``."""
        return "PETO"

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the names of the studies, in the order of ``weights``."""
        return self.counts.labels

    @property
    def set_aside(self) -> tuple[SetAside, ...]:
        """Return the studies that could not be used."""
        return self.counts.set_aside

    def summary(self) -> str:
        """Return the result as text, the same for the same data whatever the machine."""
        return _summary("Peto", self, ())

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per study: those that were summed, then those set aside."""
        return count_rows(self.counts, self.weights)

    def to_dict(self) -> dict[str, Any]:
        """Return the whole result as plain data that survives JSON unchanged."""
        return _plain_result("remit.peto", self, ())


def _summary(
    name: str,
    result: MantelHaenszelResult | PetoResult,
    tests: tuple[ChiSquareTest | NotEstimable, ...],
) -> str:
    studies = "study" if result.k == 1 else "studies"
    lines = [f"{name}, {_NAMES[result.measure]} ({result.measure}): {result.k} {studies}"]
    if isinstance(result.effect, NotEstimable):
        lines.append(f"Not estimable: {result.effect.reason}")
    else:
        ends = interval_text(result.effect.interval)
        lines.append(f"Effect {number_text(result.effect.value)}, {ends}, {p_text(result.p_value)}")
    shown = (*tests, result.heterogeneity)
    lines += [test.text() for test in shown if isinstance(test, ChiSquareTest)]
    if not isinstance(result.i2, NotEstimable):
        lines.append(f"I2 {result.i2:.1f}%")
    lines += [f"Note ({note.kind}): {note.text}" for note in result.notes]
    return "\n".join(lines)


def _plain_result(
    kind: str, result: MantelHaenszelResult | PetoResult, tests: tuple[str, ...]
) -> dict[str, Any]:
    names = (
        "measure",
        "level",
        "k",
        "k_effects",
        "effect",
        "statistic",
        "p_value",
        *tests,
        "heterogeneity",
        "i2",
        "h2",
        "fit_ml",
        "fit_reml",
        "notes",
    )
    return {
        "kind": kind,
        "version": 1,
        **{name: plain(getattr(result, name)) for name in names},
        "rows": result.to_rows(),
    }
