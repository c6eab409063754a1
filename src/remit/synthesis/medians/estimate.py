"""What comes out when a median is converted."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from remit.core.estimate import NotEstimable
from remit.synthesis.exits import number_text, plain

__all__ = ["MedianEstimate"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MedianEstimate:
    """A mean and an SD estimated from a median with its quartiles, its range, or both.

    Attributes
    ----------
    mean, sd : float
        In the units of the quantiles.
    method : str
        One of `MEDIAN_METHODS`.
    source : str
        Where the method is published.
    scenario : str
        ``S1``: from minimum, median, maximum. ``S2``: from quartiles and median. ``S3``: from all
        five.
    n : int
        Number of people.
    note : str
        What the method found, such as the distribution that fits best; may be empty.
    std_error : float or NotEstimable or None
        Standard error of the estimated mean: by parametric bootstrap where that was asked for,
        by formula for ``blue``, else None. SD / root of n leaves out that the mean is
        itself an estimate.
    samples, seed : int or None
        Number of bootstrap samples, and the seed behind them; None without a bootstrap.
    """

    mean: float
    sd: float
    method: str
    source: str
    scenario: str
    n: int
    note: str = ""
    std_error: float | NotEstimable | None = None
    samples: int | None = None
    seed: int | None = None

    def summary(self) -> str:
        """Return one line: mean, SD, the source, and the standard error where there is one."""
        found = f" ({self.note})" if self.note else ""
        line = (
            f"Mean {number_text(self.mean)}, SD {number_text(self.sd)} in {self.n}: "
            f"{self.source}{found}"
        )
        if self.std_error is None:
            return line
        if isinstance(self.std_error, NotEstimable):
            return f"{line}; standard error not estimable: {self.std_error.reason}"
        return f"{line}; standard error of the mean {number_text(self.std_error)}"

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one row for a data frame; the standard error is None where there is none."""
        body = self.to_dict()
        del body["kind"], body["version"]
        if isinstance(self.std_error, NotEstimable):
            body["std_error"] = None
        return [body]

    def to_dict(self) -> dict[str, Any]:
        """Return the estimate as plain data that survives JSON unchanged."""
        body = {field.name: plain(getattr(self, field.name)) for field in fields(self)}
        return {"kind": "remit.median-estimate", "version": 1} | body
