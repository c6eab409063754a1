"""Tests whose statistic is compared with the chi-squared distribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from remit.core.estimate import NotEstimable
from remit.core.numerics import chi2_upper_tail
from remit.synthesis.exits import number_text, p_text
from remit.synthesis.heterogeneity import i2_from_q

__all__ = ["ChiSquareTest", "chi_square_test", "heterogeneity_shares"]

NO_DF = NotEstimable(reason="One study cannot show how much studies differ.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChiSquareTest:
    """A test.

    Attributes
    ----------
    name : str
        What it is called, with its source.
    statistic : float
        Chi-squared.
    df : int
        Degrees of freedom.
    p_value : float
        Upper tail.
    """

    name: str
    statistic: float
    df: int
    p_value: float

    def to_dict(self) -> dict[str, Any]:
        """Return the test as a plain dictionary."""
        return {
            "name": self.name,
            "statistic": self.statistic,
            "df": self.df,
            "p_value": self.p_value,
        }

    def text(self) -> str:
        """Return the test in one line."""
        return (
            f"{self.name}: {number_text(self.statistic)} with {self.df} df, {p_text(self.p_value)}"
        )


def chi_square_test(name: str, statistic: float, df: int) -> ChiSquareTest | NotEstimable:
    """Return the test, or that there are no degrees of freedom for it."""
    if df < 1:
        return NO_DF
    statistic = max(0.0, float(statistic))
    return ChiSquareTest(
        name=name, statistic=statistic, df=df, p_value=chi2_upper_tail(statistic, df)
    )


def heterogeneity_shares(
    test: ChiSquareTest | NotEstimable,
) -> tuple[float | NotEstimable, float | NotEstimable]:
    """Return I2 in per cent and H2 from Q (Higgins & Thompson 2002)."""
    if isinstance(test, NotEstimable):
        return test, test
    return i2_from_q(test.statistic, test.df), test.statistic / test.df
