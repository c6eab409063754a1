"""The outcome of a Copas selection model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from remit.core.estimate import Estimate, NotEstimable
from remit.core.notes import Note
from remit.synthesis.bias.plain_result import (
    estimate_text,
    note_lines,
    plain_result,
)
from remit.synthesis.bias.selection_search import SearchStatus
from remit.synthesis.exits import finite_or_none, number_text, p_text, plain

__all__ = ["CopasModel", "CopasPoint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopasPoint:
    """The fit at one degree of selection.

    Attributes
    ----------
    gamma0, gamma1 : float
        A study with standard error s is published with probability Phi(gamma0 + gamma1 / s).
    publication : float
        That probability for the study with the largest standard error.
    unpublished : float
        Number of unpublished studies that it implies, sum of (1 - P) / P.
    effect : Estimate
        Mean effect with its normal interval.
    p_value : float or NotEstimable
        Two-sided normal p value of no effect.
    rho : float or NotEstimable
        Correlation of effect and publication.
    tau2 : float
        Between-study variance.
    loglik : float
        Maximum of the log-likelihood.
    residual_lrt, residual_p : float or NotEstimable
        Likelihood-ratio test, with 1 degree of freedom, of whether the funnel is still asymmetric
        beyond this selection (residual selection bias).
    status : SearchStatus
        How the maximum was found.
    """

    gamma0: float
    gamma1: float
    publication: float
    unpublished: float
    effect: Estimate
    p_value: float | NotEstimable
    rho: float | NotEstimable
    tau2: float
    loglik: float
    residual_lrt: float | NotEstimable
    residual_p: float | NotEstimable
    status: SearchStatus

    def to_dict(self) -> dict[str, Any]:
        """Return the point as a plain dictionary."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class CopasModel:
    """How the mean changes as more and more selection is assumed.

    Attributes
    ----------
    k : int
        Number of studies.
    side : str or NotEstimable
        Side of the funnel on which studies are taken to be missing.
    side_given : bool
        Whether the user chose it; otherwise it is the one that Egger's slope points to.
    points : tuple of CopasPoint
        Fits from no selection (random effects by maximum likelihood) to the strongest.
    significance : float
        Level of the test of residual selection bias.
    chosen : int or NotEstimable
        Position in `points` of the smallest selection whose residual p value exceeds it.
    adjusted : Estimate or NotEstimable
        Effect at that point: the adjusted estimate by the rule of metasens.
    adjusted_p : float or NotEstimable
        Its p value.
    unadjusted : Estimate
        Effect without selection.
    notes : tuple of Note
        What the reader must be told.
    """

    k: int
    side: str | NotEstimable
    side_given: bool
    points: tuple[CopasPoint, ...]
    significance: float
    chosen: int | NotEstimable
    adjusted: Estimate | NotEstimable
    adjusted_p: float | NotEstimable
    unadjusted: Estimate
    notes: tuple[Note, ...] = ()

    def summary(self) -> str:
        """Return the result as text, the same for the same data whatever the machine."""
        lines = [
            f"Copas selection model: {self.k} {'study' if self.k == 1 else 'studies'}",
            f"Adjusted effect (smallest selection with residual p > {self.significance:g}) "
            f"{estimate_text(self.adjusted)}; {p_text(self.adjusted_p)}",
            f"Unadjusted effect {estimate_text(self.unadjusted)}",
        ]
        for place, point in enumerate(self.points):
            seen = (
                f"P(publish the largest standard error) {number_text(point.publication)}, "
                f"{number_text(point.unpublished)} unpublished"
            )
            lines.append(
                f"{seen if place else 'No selection'}: {estimate_text(point.effect)}, "
                f"tau2 {number_text(point.tau2)}, residual {p_text(point.residual_p)}"
            )
        return "\n".join(lines + note_lines(self.notes))

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one row per degree of selection; what cannot be estimated is None."""
        return [
            {
                "gamma0": point.gamma0,
                "gamma1": point.gamma1,
                "publication": point.publication,
                "unpublished": point.unpublished,
                "effect": point.effect.value,
                "std_error": point.effect.std_error,
                "ci_low": finite_or_none(point.effect.interval.low),
                "ci_high": finite_or_none(point.effect.interval.high),
                "p_value": _number(point.p_value),
                "rho": _number(point.rho),
                "tau2": point.tau2,
                "loglik": point.loglik,
                "residual_p": _number(point.residual_p),
                "chosen": place == self.chosen,
            }
            for place, point in enumerate(self.points)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data that survives JSON unchanged."""
        return plain_result(self, "copas")


def _number(value: float | NotEstimable) -> float | None:
    number: float | None = None if isinstance(value, NotEstimable) else plain(value)
    return number
