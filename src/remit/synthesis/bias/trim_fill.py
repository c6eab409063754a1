"""How many studies would make the funnel symmetric: trim and fill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_choice, lock
from remit.core.errors import ConvergenceError, InputError
from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.core.notes import Note
from remit.synthesis.bias.cautions import few_studies
from remit.synthesis.bias.plain_result import (
    estimate_text,
    note_lines,
    number_or_reason,
    plain_result,
)
from remit.synthesis.bias.regression_lines import design_fault
from remit.synthesis.models import FitSpec, LinearFit, fit_linear
from remit.synthesis.q_statistic import check_studies

__all__ = ["ESTIMATORS", "SIDES", "TrimFill", "trim_and_fill"]

FloatArray = npt.NDArray[np.float64]
ESTIMATORS = ("L0", "R0", "Q0")
SIDES = ("left", "right")
_MAX_ITERATIONS = 100
_NO_P = NotEstimable(reason="Only the R0 estimator has a test of no missing studies.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrimFill:
    """A funnel made symmetric by adding mirror images of its outermost studies.

    Attributes
    ----------
    estimator : str
        ``L0``, ``R0`` or ``Q0``.
    side : str
        Side on which studies are missing.
    side_given : bool
        Whether the user chose the side; otherwise it is the one that Egger's slope points to.
    k, missing : int
        Number of studies, and of studies that were added.
    missing_std_error : float or NotEstimable
        Standard error of that number before rounding.
    missing_p : float or NotEstimable
        p value of no missing studies, for ``R0``.
    effect, unadjusted : Estimate
        Mean with the added studies and without.
    tau2, unadjusted_tau2 : float
        Between-study variance with the added studies and without.
    fit : LinearFit
        The whole fit with the added studies.
    filled_effect, filled_variance : (k + missing,) float array
        Studies in the order given, then the added ones.
    filled : (k + missing,) bool array
        Which of them were added.
    iterations : int
        Rounds of trimming until the number no longer changed.
    notes : tuple of Note
        What the reader must be told.
    """

    estimator: str
    side: str
    side_given: bool
    k: int
    missing: int
    missing_std_error: float | NotEstimable
    missing_p: float | NotEstimable
    effect: Estimate
    unadjusted: Estimate
    tau2: float
    unadjusted_tau2: float
    fit: LinearFit
    filled_effect: FloatArray
    filled_variance: FloatArray
    filled: npt.NDArray[np.bool_]
    iterations: int
    notes: tuple[Note, ...] = ()

    def summary(self) -> str:
        """Return the result as text, the same for the same data whatever the machine."""
        lines = [
            f"Trim and fill ({self.estimator}): {self.missing} missing on the {self.side}, beside "
            f"{self.k} {'study' if self.k == 1 else 'studies'} "
            f"(standard error {number_or_reason(self.missing_std_error)})",
            f"Adjusted effect {estimate_text(self.effect)}",
            f"Unadjusted effect {estimate_text(self.unadjusted)}",
        ]
        return "\n".join(lines + note_lines(self.notes))

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data that survives JSON unchanged."""
        return plain_result(self, "trim-and-fill")


def trim_and_fill(
    effect: Any,
    variance: Any,
    *,
    estimator: str = "L0",
    side: str | None = None,
    spec: FitSpec | None = None,
    trim_spec: FitSpec | None = None,
) -> TrimFill:
    """Estimate how many extreme studies are missing, and pool with their mirror images.

    Duval & Tweedie 2000a, 2000b: the outermost studies are trimmed until those that are left lie
    symmetrically about their mean, and the trimmed ones are mirrored at it. Of studies with equal
    effects the least precise is trimmed first, whatever their order in the data.

    Parameters
    ----------
    effect, variance : (k,) array-like
        Study effects and sampling variances (squared units of the effect).
    estimator : str
        ``L0`` (rank sum, linear), ``R0`` (rightmost run) or ``Q0`` (rank sum, quadratic).
    side : str, optional
        ``left`` or ``right``: where studies are missing. By default where Egger's slope, under
        `trim_spec`, says: left if larger standard errors go with larger effects.
    spec : FitSpec, optional
        Model of the answer; REML by default.
    trim_spec : FitSpec, optional
        Model used while trimming; `spec` by default, as in metafor. meta trims with a common
        effect: ``FitSpec(tau2="EE")``.

    Returns
    -------
    TrimFill
        With fewer than three studies nothing is trimmed, and a note says so.

    Raises
    ------
    InputError
        If a study is not usable, or the side cannot be told as all variances are equal.
    SpecError
        If estimator or side is unknown.
    ConvergenceError
        If the number of missing studies alternates without end, or Q0 is not defined.
    """
    check_choice("estimator", estimator, ESTIMATORS)
    if side is not None:
        check_choice("side", side, SIDES)
    spec = FitSpec() if spec is None else spec
    trim_spec = spec if trim_spec is None else trim_spec
    y, v = check_studies(effect, variance)
    before = fit_linear(y, v, None, spec)
    if y.size < 3:
        text = "With fewer than three studies nothing can be trimmed."
        notes = (*_notes(y.size), Note(kind="caution", text=text))
        return _result(
            before, before, y, v, estimator, side or "left", side is not None, 0, 0, 0.0, notes
        )
    where = side or _side(y, v, trim_spec)
    sign = -1.0 if where == "right" else 1.0
    order = np.lexsort((v, sign * y))
    ordered, variances = sign * y[order], v[order]
    missing, raw, centre, rounds = _trim(ordered, variances, estimator, trim_spec)
    extreme = slice(y.size - missing, y.size)
    mirrored = sign * (2.0 * centre - ordered[extreme])
    filled, filled_v = np.append(y, mirrored), np.append(v, variances[extreme])
    after = before if missing == 0 else fit_linear(filled, filled_v, None, spec)
    return _result(
        before,
        after,
        filled,
        filled_v,
        estimator,
        where,
        side is not None,
        missing,
        rounds,
        raw,
        (*_notes(y.size), *_tie_notes(ordered, variances, missing)),
    )


def _tie_notes(y: FloatArray, v: FloatArray, missing: int) -> tuple[Note, ...]:
    edge = y.size - missing
    if missing == 0 or y[edge - 1] != y[edge] or v[edge - 1] == v[edge]:
        return ()
    text = (
        "Two studies at the edge of the trimmed ones have equal effects and different variances; "
        "the less precise was trimmed. Programs that go by the order of the data may differ."
    )
    return (Note(kind="caution", text=text),)


def _notes(k: int) -> tuple[Note, ...]:
    text = (
        "The added studies are not data. The adjusted effect shows how sensitive the result is to "
        "asymmetry of the funnel, and is no better estimate where studies differ for other reasons."
    )
    note = Note(kind="caution", text=text, method="Peters 2007; Cochrane Handbook 13.3.5.5")
    return (*few_studies(k, "Trim and fill"), note)


def _side(y: FloatArray, v: FloatArray, spec: FitSpec) -> str:
    design = np.column_stack((np.ones(y.size), np.sqrt(v)))
    fault = design_fault(design)
    if fault is not None:
        raise InputError.at(
            "argument 'side'",
            found=f"nothing, and the data cannot tell: {fault.reason}",
            expected="left or right",
        )
    slope = float(fit_linear(y, v, design, FitSpec(tau2=spec.tau2)).coef[1])
    return "right" if slope < 0 else "left"


def _trim(
    y: FloatArray, v: FloatArray, estimator: str, spec: FitSpec
) -> tuple[int, float, float, int]:
    """Return missing studies, the number before rounding, the centre, and the rounds it took.

    ``y`` is sorted, and studies are missing on its left.
    """
    missing, seen = 0, set()
    for rounds in range(1, _MAX_ITERATIONS + 1):
        seen.add(missing)
        left = y.size - missing
        if left < 1:
            break
        centre = float(fit_linear(y[:left], v[:left], None, _for_size(spec, left)).coef[0])
        raw = _estimate_missing(y - centre, estimator)
        found = max(0, round(raw))
        if found == missing:
            return missing, raw, centre, rounds
        if found in seen:
            break
        missing = found
    raise ConvergenceError.at(
        f"trim and fill with {estimator}",
        found=f"numbers of missing studies that alternate, {sorted({*seen, missing})}",
        expected="one number",
        hint="Use another estimator, or trim with a common effect (trim_spec).",
    )


def _for_size(spec: FitSpec, k: int) -> FitSpec:
    return FitSpec(tau2=spec.tau2 if k > 1 else "EE")


def _estimate_missing(centred: FloatArray, estimator: str) -> float:
    """Return the estimated number of missing studies (Duval & Tweedie 2000a, eq. 3, 6 and 9)."""
    k = centred.size
    rank = np.empty(k)
    rank[np.argsort(np.abs(centred), kind="stable")] = np.arange(1, k + 1)
    if estimator == "R0":
        negative = rank[centred < 0]
        return float(k - (negative.max() if negative.size else 0.0)) - 1.0
    rank_sum = float(rank[centred > 0].sum())
    if estimator == "L0":
        return (4.0 * rank_sum - k * (k + 1.0)) / (2.0 * k - 1.0)
    inside = 2.0 * k**2 - 4.0 * rank_sum + 0.25
    if inside < 0:
        raise ConvergenceError.at(
            "trim and fill with Q0",
            found=f"a rank sum of {rank_sum:g} among {k} studies, the root of a negative number",
            expected="a number of missing studies",
            hint="Use L0 or R0.",
        )
    return k - 0.5 - float(np.sqrt(inside))


def _missing_error(estimator: str, k: int, raw: float) -> float | NotEstimable:
    """Return the standard error of the number (Duval & Tweedie 2000a, sec. 3)."""
    if estimator == "R0":
        return float(np.sqrt(2.0 * max(0.0, raw) + 2.0))
    variance = (
        k * (k + 1.0) * (2.0 * k + 1.0)
        + 10.0 * raw**3
        + 27.0 * raw**2
        + 17.0 * raw
        - 18.0 * k * raw**2
        - 18.0 * k * raw
        + 6.0 * k**2 * raw
    ) / 24.0
    square = 4.0 * variance / (k - 0.5) ** 2
    if estimator == "Q0":
        square = 4.0 * variance / max((k - 0.5) ** 2 - raw * (2.0 * k - raw - 1.0), 1e-300)
    if square < 0:
        return NotEstimable(
            reason="The estimate before rounding is negative and its variance formula too."
        )
    return float(np.sqrt(square))


def _pooled(fit: LinearFit) -> Estimate:
    method = "normal" if fit.df is None else f"{fit.spec.test}, t with {fit.df:g} df"
    interval = Interval(
        low=float(fit.ci_low[0]),
        high=float(fit.ci_high[0]),
        level=fit.spec.level,
        method=method,
    )
    return Estimate(value=float(fit.coef[0]), std_error=float(fit.std_error[0]), interval=interval)


def _result(
    before: LinearFit,
    after: LinearFit,
    effect: FloatArray,
    variance: FloatArray,
    estimator: str,
    side: str,
    side_given: bool,
    missing: int,
    rounds: int,
    raw: float,
    notes: tuple[Note, ...],
) -> TrimFill:
    k = effect.size - missing
    added = np.arange(effect.size) >= k
    added.setflags(write=False)
    return TrimFill(
        estimator=estimator,
        side=side,
        side_given=side_given,
        k=k,
        missing=missing,
        missing_std_error=_missing_error(estimator, k, raw),
        missing_p=0.5 ** (missing + 1) if estimator == "R0" else _NO_P,
        effect=_pooled(after),
        unadjusted=_pooled(before),
        tau2=after.tau2_value,
        unadjusted_tau2=before.tau2_value,
        fit=after,
        filled_effect=lock(effect),
        filled_variance=lock(variance),
        filled=added,
        iterations=rounds,
        notes=notes,
    )
