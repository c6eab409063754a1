"""An estimate of tau2 with how it was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["SolverStatus", "Tau2Estimate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SolverStatus:
    """How an estimate was found.

    Attributes
    ----------
    converged : bool
        Whether the estimating equation is solved, or the boundary is its solution.
    iterations : int
        Steps of root finding; 0 for a closed form.
    at_boundary : bool
        Whether the estimate is zero because the optimum over all real numbers would be negative.
    several_modes : bool
        Whether the likelihood has more than one local maximum; the highest was taken.
    residual : float
        Estimating equation at the solution, relative to the size of its terms; 0 at the boundary
        and for a closed form.
    """

    converged: bool
    iterations: int
    at_boundary: bool
    several_modes: bool
    residual: float

    def to_dict(self) -> dict[str, Any]:
        """Return the status as a plain dictionary."""
        return {
            "converged": self.converged,
            "iterations": self.iterations,
            "at_boundary": self.at_boundary,
            "several_modes": self.several_modes,
            "residual": self.residual,
        }

    @classmethod
    def closed(cls, *, at_boundary: bool = False) -> SolverStatus:
        """Return the status of a closed form."""
        return cls(
            converged=True,
            iterations=0,
            at_boundary=at_boundary,
            several_modes=False,
            residual=0.0,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tau2Estimate:
    """Variance of true effects between studies.

    Attributes
    ----------
    tau2 : float
        In squared units of the effect, never negative.
    method : str
        Code of the estimator; ``fixed`` where the user gave the value.
    status : SolverStatus
        How it was found.
    """

    tau2: float
    method: str
    status: SolverStatus

    def to_dict(self) -> dict[str, Any]:
        """Return the estimate as a plain dictionary."""
        return {"tau2": self.tau2, "method": self.method, "status": self.status.to_dict()}
