"""RevMan's own analyses, computed again with remit's engine.

Formulas of Deeks & Higgins, Statistical algorithms in Review Manager 5 (2010). A study with a zero
cell gets 0.5 in each cell, in the sums of Mantel & Haenszel too; studies without events in either
arm, or with events in everybody, have no odds or risk ratio. tau2 is DerSimonian & Laird's, with Q
about the fixed-effect estimate of the chosen method.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from remit.core.estimate import Estimate, NotEstimable
from remit.core.numerics import chi2_upper_tail, critical_value, two_sided
from remit.synthesis.effects import effect_sizes
from remit.synthesis.effects.hedges import hedges_factor
from remit.synthesis.effects.inputs import ArmData
from remit.synthesis.effects.means import cohen_d
from remit.synthesis.pool import pool_arrays
from remit.synthesis.rare import mantel_haenszel, peto
from remit.synthesis.spec import CommonEffect, RandomEffects

__all__ = ["Recomputed", "RevManRules", "StudyNumbers", "recompute", "study_effect"]

FloatArray = npt.NDArray[np.float64]
_TABLES = ("OR", "RR", "RD", "PETO")
_LOGS = ("OR", "RR", "PETO", "HR", "IRR", "ROM")


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyNumbers:
    """What one study brings to an analysis.

    Attributes
    ----------
    study : str
        Key.
    numbers : tuple of float
        ``events, n`` or ``mean, SD, n`` of both arms, or effect and standard error on the analysis
        scale.
    """

    study: str
    numbers: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevManRules:
    """How an analysis is computed.

    Attributes
    ----------
    kind : str
        As in `ImportedOutcome`.
    measure, method, model, level
        As in `ImportedOutcome`.
    tau2, interval : str
        Estimator of tau2 and interval of a random-effects analysis.
    correct_sums : bool
        Whether zero cells are corrected in the sums of Mantel & Haenszel.
    exact_factor : bool
        Whether SMDs have the exact factor and metafor's variance, instead of RevMan's.
    """

    kind: str
    measure: str
    method: str
    model: str
    level: float = 0.95
    tau2: str = "DL"
    interval: str = "z"
    correct_sums: bool = True
    exact_factor: bool = False

    @property
    def logs(self) -> bool:
        """Tell whether results are printed as ratios."""
        return self.measure in _LOGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """The numbers of a pooled result, by the names of `ImportedResult`.

    Attributes
    ----------
    values : dict of str to float
        Ratios are not logarithms.
    weights : dict of str to float
        Per cent, by study.
    estimate, std_error : float
        On the analysis scale.
    q : float
        Heterogeneity about the fixed-effect estimate.
    """

    values: dict[str, float] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    estimate: float
    std_error: float
    q: float


def study_effect(rules: RevManRules, one: StudyNumbers) -> tuple[float, float] | None:
    """Return a study's effect and standard error; None where it is not estimable."""
    with np.errstate(all="ignore"):
        effect, variance = _effect(rules, one.numbers)
    if not (math.isfinite(effect) and math.isfinite(variance) and variance > 0):
        return None
    return effect, math.sqrt(variance)


def _effect(rules: RevManRules, numbers: tuple[float, ...]) -> tuple[float, float]:
    if rules.kind == "events":
        return _of_counts(rules.measure, numbers)
    if rules.kind == "means":
        m1, s1, n1, m2, s2, n2 = numbers
        if rules.measure == "SMD":
            return _standardized(numbers, exact=rules.exact_factor)
        code = "MD" if rules.measure == "MD" else "ROM"
        made = effect_sizes(
            code, m1i=[m1], sd1i=[s1], n1i=[n1], m2i=[m2], sd2i=[s2], n2i=[n2], correct=False
        )
        return float(made.effect[0]), float(made.variance[0])
    effect, error = numbers
    return effect, error**2


def _of_counts(measure: str, numbers: tuple[float, ...]) -> tuple[float, float]:
    a, n1, c, n2 = numbers
    none = a + c == 0 or (measure != "RR" and a + c == n1 + n2)
    if measure != "RD" and none:
        return math.nan, math.nan
    table: ArmData = {"ai": [a], "n1i": [n1], "ci": [c], "n2i": [n2]}
    made = effect_sizes(measure, to="none" if measure == "RD" else "only0", **table)
    effect, variance = float(made.effect[0]), float(made.variance[0])
    if measure == "RD" and variance == 0:
        variance = float(effect_sizes("RD", to="only0", **table).variance[0])
    return effect, variance


def _standardized(numbers: tuple[float, ...], *, exact: bool) -> tuple[float, float]:
    """Return Hedges' adjusted g and its variance, N/(n1 n2) + g^2/(2(N - 3.94)) in RevMan."""
    m1, s1, n1, m2, s2, n2 = (np.array([x]) for x in numbers)
    total = float(n1[0] + n2[0])
    d = float(cohen_d(m1, s1, n1, m2, s2, n2)[0])
    if exact:
        g = d * float(hedges_factor(np.array([total - 2]))[0])
        return g, total / float(n1[0] * n2[0]) + g**2 / (2 * total)
    g = d * (1 - 3 / (4 * total - 9))
    return g, total / float(n1[0] * n2[0]) + g**2 / (2 * (total - 3.94))


def recompute(rules: RevManRules, rows: Sequence[StudyNumbers]) -> Recomputed | NotEstimable:
    """Compute one pooled result.

    Parameters
    ----------
    rules : RevManRules
        How.
    rows : sequence of StudyNumbers
        The studies.
    """
    own = [(one, made) for one in rows if (made := study_effect(rules, one)) is not None]
    if not own:
        return NotEstimable(reason="No study of it has an effect.")
    y = np.array([effect for _, (effect, _) in own])
    v = np.array([error**2 for _, (_, error) in own])
    kept = [one for one, _ in own]
    fixed = _fixed(rules, kept, y, v)
    if isinstance(fixed, NotEstimable):
        return fixed
    estimate, error, weights, q = fixed
    k, tau2 = y.size, 0.0
    if rules.model == "random":
        w = 1 / v
        spare = float(np.sum(w) - np.sum(w**2) / np.sum(w))
        tau2 = max(0.0, (q - (k - 1)) / spare) if k > 1 and spare > 0 else 0.0
        spec = RandomEffects(
            tau2=rules.tau2 if rules.tau2 != "DL" else tau2,
            interval=rules.interval,
            floor=False,
            prediction="z" if rules.interval == "z" else "HKSJ k-1",
            level=rules.level,
        )
        pooled = pool_arrays(y, v, spec)
        estimate, error, weights = pooled.effect, pooled.std_error, pooled.weights
        low, high = pooled.interval.low, pooled.interval.high
        if rules.tau2 != "DL" and not isinstance(pooled.tau2, NotEstimable):
            tau2 = pooled.tau2.tau2
        t_df = float(k - 1) if rules.interval == "HKSJ" else None
    else:
        half = critical_value(rules.level) * error
        low, high, t_df = estimate - half, estimate + half, None
    values = {
        "effect": estimate,
        "ci_low": low,
        "ci_high": high,
        "q": q,
        "df": float(k - 1),
        "tau2": tau2,
        "z": abs(estimate / error),
        "p_z": two_sided(estimate / error, t_df),
        "i2": 100 * max(0.0, 1 - (k - 1) / q) if q > 0 else 0.0,
    }
    if k > 1:
        values["p_q"] = chi2_upper_tail(q, k - 1)
    if rules.logs:
        values |= {name: math.exp(values[name]) for name in ("effect", "ci_low", "ci_high")}
    return Recomputed(
        values=values | _totals(rules, rows),
        weights={one.study: float(w) for one, w in zip(kept, weights, strict=True)},
        estimate=estimate,
        std_error=error,
        q=q,
    )


def _fixed(
    rules: RevManRules, rows: Sequence[StudyNumbers], y: FloatArray, v: FloatArray
) -> tuple[float, float, FloatArray, float] | NotEstimable:
    """Return the fixed-effect estimate, its standard error, the weights and Q about it."""
    effect: Estimate | NotEstimable
    if rules.kind == "events" and rules.method in ("MH", "Peto"):
        columns = np.array([one.numbers for one in rows]).T
        data = dict(zip(("ai", "n1i", "ci", "n2i"), columns, strict=True))
        if rules.method == "Peto" or rules.measure == "PETO":
            summed = peto(**data, level=rules.level)
            q = summed.heterogeneity
            effect, weights = summed.effect, summed.weights
            if isinstance(effect, NotEstimable):
                return effect
            statistic = 0.0 if isinstance(q, NotEstimable) else q.statistic
            return effect.value, float(effect.std_error or 0), weights, statistic
        corrected = rules.correct_sums and rules.measure != "RD"
        made = mantel_haenszel(
            rules.measure,
            **data,
            level=rules.level,
            add=(0.5, 0.5 if corrected else 0.0),
            to=("only0", "only0" if corrected else "none"),
            drop00=(False, False),
        )
        effect, weights = made.effect, made.weights
        if isinstance(effect, NotEstimable):
            return effect
        statistic = float(np.sum((y - effect.value) ** 2 / v))
        return effect.value, float(effect.std_error or 0), weights, statistic
    pooled = pool_arrays(y, v, CommonEffect(level=rules.level))
    statistic = float(np.sum((y - pooled.effect) ** 2 / v))
    return pooled.effect, pooled.std_error, pooled.weights, statistic


def _totals(rules: RevManRules, rows: Sequence[StudyNumbers]) -> dict[str, float]:
    columns = [math.fsum(column) for column in zip(*(one.numbers for one in rows), strict=True)]
    if rules.kind == "events":
        return dict(zip(("events1", "n1", "events2", "n2"), columns, strict=True))
    if rules.kind == "means":
        return {"n1": columns[2], "n2": columns[5]}
    return {}
