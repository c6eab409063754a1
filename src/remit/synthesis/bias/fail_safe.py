"""How many null results would overturn the answer: fail-safe N."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_choice, check_proportion
from remit.core.errors import SpecError
from remit.core.estimate import NotEstimable
from remit.core.notes import Note
from remit.core.numerics import normal_quantile, normal_two_sided
from remit.synthesis.bias.cautions import few_studies
from remit.synthesis.bias.plain_result import note_lines, number_or_reason, plain_result
from remit.synthesis.exits import number_text
from remit.synthesis.models import FitSpec, fit_linear
from remit.synthesis.q_statistic import check_studies

__all__ = ["KINDS", "FailSafeN", "fail_safe_n"]

FloatArray = npt.NDArray[np.float64]
KINDS = ("Rosenthal", "Orwin", "Rosenberg", "General")
_MOST = 2**30  # more studies than this are reported as not estimable
_MOST_EXACT = 100_000  # each trial of the exact kind fits as many studies
#: Share by which a criterion that rounding may have missed still counts as met: where it is met
#: exactly, rounding would else ask for one study more. Sums of a million terms are right to 1e-13.
_ROUNDING = 1e-11


@dataclass(frozen=True, slots=True, kw_only=True)
class FailSafeN:
    """A number of studies averaging no effect that would overturn the result.

    Attributes
    ----------
    kind : str
        ``Rosenthal``, ``Orwin``, ``Rosenberg`` or ``General``.
    k : int
        Number of studies.
    number : int or NotEstimable
        Fail-safe N; 0 where the result is already overturned.
    alpha : float
        Level of the test.
    target : float or NotEstimable
        Effect to be reached, for ``Orwin`` and where the user gave one.
    effect, p_value : float or NotEstimable
        Observed mean, and p value: one-sided for ``Rosenthal``, two-sided otherwise.
    effect_after, tau2_after, p_after : float or NotEstimable
        The same with the studies added, for ``General``.
    notes : tuple of Note
        What the reader must be told.
    """

    kind: str
    k: int
    number: int | NotEstimable
    alpha: float
    target: float | NotEstimable
    effect: float | NotEstimable
    p_value: float | NotEstimable
    effect_after: float | NotEstimable
    tau2_after: float | NotEstimable
    p_after: float | NotEstimable
    notes: tuple[Note, ...] = ()

    def summary(self) -> str:
        """Return the result as text, the same for the same data whatever the machine."""
        number = self.number.reason if isinstance(self.number, NotEstimable) else str(self.number)
        lines = [
            f"Fail-safe N ({self.kind}): {number} null results beside {self.k} "
            f"{'study' if self.k == 1 else 'studies'}",
            f"Observed effect {number_or_reason(self.effect)}",
            f"p value {number_or_reason(self.p_value)}, level {number_text(self.alpha)}",
        ]
        return "\n".join(lines + note_lines(self.notes))

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data that survives JSON unchanged."""
        return plain_result(self, "fail-safe-n")


def fail_safe_n(
    effect: Any,
    variance: Any,
    kind: str = "Rosenthal",
    *,
    alpha: float = 0.05,
    target: float | None = None,
    tau2: str = "REML",
    exact: bool = False,
) -> FailSafeN:
    """Count the studies averaging no effect that would overturn the result.

    Parameters
    ----------
    effect, variance : (k,) array-like
        Study effects and sampling variances (squared units of the effect).
    kind : str
        ``Rosenthal`` (1979): until Stouffer's combined one-sided p reaches `alpha`,
        N = (sum z)^2 / z_alpha^2 - k. ``Orwin`` (1983): until the inverse-variance mean reaches
        `target`, N = k (|mean| - target) / target, as metafor 5. ``Rosenberg`` (2005, eq. 4):
        until the common-effect p reaches `alpha`. ``General``: until the p value of a
        random-effects model reaches `alpha`, or its mean `target`, with added studies of mean 0,
        the same tau2 and the harmonic mean of the variances.
    alpha : float
        Level.
    target : float, optional
        Effect to be reached; its sign is taken from the mean. Half the mean by default for
        ``Orwin``; for ``General`` the p value is used unless it is given.
    tau2 : str
        Estimator for ``General``.
    exact : bool
        For ``General``: estimate tau2 anew with each number of studies, rather than by the law of
        total variance.

    Returns
    -------
    FailSafeN

    Raises
    ------
    InputError
        If a study is not usable.
    SpecError
        If the kind is unknown, alpha is no proportion or the target is 0.
    """
    check_choice("kind", kind, KINDS)
    check_proportion("alpha", alpha)
    if target is not None and not (math.isfinite(target) and target != 0.0):
        raise SpecError.at("argument 'target'", found=repr(target), expected="a number but 0")
    y, v = check_studies(effect, variance)
    if kind == "Rosenthal":
        return _rosenthal(y, v, alpha)
    if kind == "Orwin":
        return _orwin(y, v, alpha, target)
    if kind == "Rosenberg":
        return _rosenberg(y, v, alpha)
    return _general(y, v, alpha, target, tau2, exact)


def _rosenthal(y: FloatArray, v: FloatArray, alpha: float) -> FailSafeN:
    total = abs(float(np.sum(y / np.sqrt(v))))
    needed = (total / normal_quantile(alpha)) ** 2 - y.size
    p_value = 0.5 * normal_two_sided(total / math.sqrt(y.size))
    return _made("Rosenthal", y.size, _count(needed, y.size), alpha, p_value=p_value)


def _orwin(y: FloatArray, v: FloatArray, alpha: float, target: float | None) -> FailSafeN:
    mean = float(np.sum(y / v) / np.sum(1.0 / v))
    goal = abs(mean) / 2.0 if target is None else abs(target)
    if goal == 0.0:
        number: int | NotEstimable = NotEstimable(reason="The mean is 0 and so is half of it.")
    else:
        number = _count(y.size * (abs(mean) - goal) / goal, y.size)
    return _made("Orwin", y.size, number, alpha, effect=mean, target=math.copysign(goal, mean))


def _rosenberg(y: FloatArray, v: FloatArray, alpha: float) -> FailSafeN:
    w = 1.0 / v
    total, weight = float(np.sum(w * y)), float(np.sum(w))
    z = total / math.sqrt(weight)
    needed = y.size * ((z / normal_quantile(alpha / 2.0)) ** 2 - 1.0)
    number, p_value = _count(needed, y.size), normal_two_sided(z)
    return _made("Rosenberg", y.size, number, alpha, effect=total / weight, p_value=p_value)


def _general(
    y: FloatArray, v: FloatArray, alpha: float, target: float | None, tau2: str, exact: bool
) -> FailSafeN:
    spec = FitSpec(tau2=tau2 if y.size > 1 else "EE")
    observed = fit_linear(y, v, None, spec)
    mean, spread = float(observed.coef[0]), observed.tau2_value
    typical = float(y.size / np.sum(1.0 / v))

    def after(number: int) -> tuple[float, float, float]:
        if exact:
            return _refit(y, v, number, spread, typical, spec)
        return _approximate(y, v, number, mean, 0.0 if spec.common_effect else spread, typical)

    def overturned(number: int) -> bool:
        found = after(number)
        if target is None:
            return found[2] >= alpha * (1.0 - _ROUNDING)
        return abs(found[0]) <= abs(target) * (1.0 + _ROUNDING)

    number = _first(overturned, _MOST_EXACT if exact else _MOST)
    goal = NotEstimable(reason="The p value is the criterion.")
    if isinstance(number, NotEstimable):
        return _made("General", y.size, number, alpha, effect=mean)
    found = after(number)
    return _made(
        "General",
        y.size,
        number,
        alpha,
        effect=mean,
        p_value=float(observed.p_value[0]),
        target=goal if target is None else math.copysign(target, mean),
        after=found,
    )


def _approximate(
    y: FloatArray, v: FloatArray, number: int, mean: float, tau2: float, typical: float
) -> tuple[float, float, float]:
    """Return mean, tau2 and p value with studies added, tau2 by the law of total variance.

    The true effects of both groups have variance tau2 about their means, `mean` and 0.
    """
    k, total = y.size, y.size + number
    if tau2 > 0.0 and number > 0:
        shifted = mean * k / total
        between = k * (mean - shifted) ** 2 + number * shifted**2
        tau2 = ((k - 1) * tau2 + (number - 1) * tau2 + between) / (total - 1)
    w, added = 1.0 / (v + tau2), number / (typical + tau2)
    weight = float(np.sum(w)) + added
    effect = float(np.sum(w * y)) / weight
    return effect, tau2, normal_two_sided(effect * math.sqrt(weight))


def _refit(
    y: FloatArray, v: FloatArray, number: int, tau2: float, typical: float, spec: FitSpec
) -> tuple[float, float, float]:
    """Return mean, tau2 and p value refitted with studies added.

    Their effects have mean 0 and sample variance tau2 + their sampling variance, which is all of
    them that the likelihood uses, as their sampling variances are equal.
    """
    pattern = np.arange(number) - 0.5 * (number - 1)
    if number > 1:
        pattern *= math.sqrt((tau2 + typical) * (number - 1) / float(pattern @ pattern))
    fit = fit_linear(np.append(y, pattern), np.append(v, np.full(number, typical)), None, spec)
    return float(fit.coef[0]), fit.tau2_value, float(fit.p_value[0])


def _first(overturned: Callable[[int], bool], most: int) -> int | NotEstimable:
    """Return the least number that overturns the result, by doubling and halving."""
    if overturned(0):
        return 0
    low, high = 0, 1
    while not overturned(high):
        low, high = high, 2 * high
        if high > most:
            return NotEstimable(reason=f"More than {low} null results do not overturn the result.")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if overturned(middle) else (middle, high)
    return high


def _count(needed: float, k: int) -> int | NotEstimable:
    if not math.isfinite(needed) or needed > 2.0**53:
        return NotEstimable(reason="The number is too large to count.")
    return max(0, math.ceil(needed - _ROUNDING * (abs(needed) + k)))


def _made(
    kind: str,
    k: int,
    number: int | NotEstimable,
    alpha: float,
    *,
    effect: float | NotEstimable | None = None,
    p_value: float | None = None,
    target: float | NotEstimable | None = None,
    after: tuple[float, float, float] | None = None,
) -> FailSafeN:
    text = (
        "Fail-safe N takes the missing studies to average no effect, has no model of how studies "
        "go missing, and grows with the number of studies; it should not be used to argue that "
        "bias is absent."
    )
    unused = NotEstimable(reason=f"{kind}'s method does not use it.")
    effect_after, tau2_after, p_after = after or (unused, unused, unused)
    return FailSafeN(
        kind=kind,
        k=k,
        number=number,
        alpha=alpha,
        target=unused if target is None else target,
        effect=unused if effect is None else effect,
        p_value=unused if p_value is None else p_value,
        effect_after=effect_after,
        tau2_after=tau2_after,
        p_after=p_after,
        notes=(
            *few_studies(k, "Fail-safe N"),
            Note(kind="caution", text=text, method="Becker 2005; Cochrane Handbook 13.3.5.5"),
        ),
    )
