"""Ordinary least squares, and the difference of two groups adjusted for a baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_level, lock
from remit.core.errors import InputError
from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.core.numerics import critical_value

__all__ = ["LeastSquares", "adjusted_difference", "least_squares"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeastSquares:
    """A linear model fitted by least squares.

    Attributes
    ----------
    coefficients : (p,) array
        In the order of the columns of the design.
    covariance : (p, p) array
        Of the coefficients, with the residual variance s^2 = RSS/(n - p).
    df : int
        Degrees of freedom n - p.
    """

    coefficients: FloatArray
    covariance: FloatArray
    df: int

    def estimate(self, column: int, level: float = 0.95) -> Estimate:
        """Return one coefficient with its t interval."""
        value = float(self.coefficients[column])
        error = float(np.sqrt(self.covariance[column, column]))
        half = critical_value(check_level(level), self.df) * error
        interval = Interval(
            low=value - half, high=value + half, level=level, method=f"t with {self.df} df"
        )
        return Estimate(value=value, interval=interval, std_error=error)


def least_squares(design: npt.ArrayLike, response: npt.ArrayLike) -> LeastSquares:
    """Fit a linear model by least squares, through the QR decomposition of the design.

    Parameters
    ----------
    design : (n, p) array-like
        Columns of the model, an intercept among them if there is to be one.
    response : (n,) array-like
        Outcome.

    Returns
    -------
    LeastSquares
        ``beta = R^-1 Q'y`` and ``s^2 (R'R)^-1`` (Golub & Van Loan 2013, sect. 5.3).

    Raises
    ------
    InputError
        If numbers are missing, lengths differ, rows are not more than columns, or a column is a
        combination of the others.
    """
    X, y = np.array(design, dtype=np.float64), np.array(response, dtype=np.float64)
    if X.ndim != 2 or y.shape != X.shape[:1] or not (np.isfinite(X).all() and np.isfinite(y).all()):
        raise InputError.at(
            "argument 'design'",
            found=f"shape {X.shape} beside {y.shape}, or missing numbers",
            expected="a row of finite numbers for each outcome",
        )
    n, p = X.shape
    rank = int(np.linalg.matrix_rank(X)) if n else 0
    if n <= p or rank < p:
        raise InputError.at(
            "argument 'design'",
            found=f"{n} rows and {p} columns of rank {rank}",
            expected="more rows than columns, and no column made of the others",
        )
    Q, R = np.linalg.qr(X)
    beta = np.linalg.solve(R, Q.T @ y)
    inverse = np.linalg.inv(R)
    variance = float(np.sum((y - X @ beta) ** 2)) / (n - p)
    return LeastSquares(
        coefficients=lock(beta), covariance=lock(variance * (inverse @ inverse.T)), df=n - p
    )


def adjusted_difference(
    outcome: Sequence[float | None],
    group: Sequence[float | None],
    covariates: Sequence[Sequence[float | None]] = (),
    level: float = 0.95,
) -> Estimate | NotEstimable:
    """Return the difference of two groups in an outcome, adjusted for covariates (ANCOVA).

    Parameters
    ----------
    outcome : sequence of float or None
        One per person; who lacks any of the numbers is left out.
    group : sequence of float or None
        Two different values; the difference is that of the larger one minus the smaller one.
    covariates : sequence of sequences
        Such as the outcome at baseline.
    level : float
        Coverage of the interval.

    Returns
    -------
    Estimate or NotEstimable
        The coefficient of the group with its t interval (Vickers & Altman 2001, BMJ 323:1123).
    """
    rows = [
        row
        for row in zip(outcome, group, *covariates, strict=True)
        if all(x is not None for x in row)
    ]
    groups = sorted({row[1] for row in rows if row[1] is not None})
    if len(groups) != 2:
        return NotEstimable(reason=f"There are {len(groups)} groups with an outcome, not two.")
    design = [[1.0, float(row[1] == groups[1]), *row[2:]] for row in rows]
    try:
        fit = least_squares(design, [row[0] for row in rows])
    except InputError as error:
        return NotEstimable(reason=f"The model cannot be fitted: {error.problems[0].found}.")
    return fit.estimate(1, level)
