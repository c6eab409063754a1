"""Are effects and variances correlated in rank: Begg & Mazumdar's and Schwarzer's tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.estimate import NotEstimable
from remit.core.notes import Note
from remit.synthesis.bias.cautions import asymmetry_notes
from remit.synthesis.bias.count_tables import count_tables
from remit.synthesis.bias.hypergeometric import hypergeometric_moments
from remit.synthesis.bias.kendall import kendall
from remit.synthesis.bias.plain_result import note_lines, number_or_reason, plain_result
from remit.synthesis.exits import p_text
from remit.synthesis.q_statistic import check_studies

__all__ = ["RankTest", "rank_test", "schwarzer_test"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankTest:
    """Rank correlation between standardised effects and their variances.

    Attributes
    ----------
    test : str
        ``Begg & Mazumdar`` or ``Schwarzer``.
    k : int
        Number of studies.
    tau : float or NotEstimable
        Kendall's tau-b.
    score : int
        Concordant less discordant pairs.
    score_std_error : float
        Its standard error without correlation, corrected for ties.
    z : float or NotEstimable
        Score over standard error.
    p_value : float or NotEstimable
        The exact p value where there is one, else `p_normal`; what metafor prints.
    p_exact, p_normal, p_continuity : float or NotEstimable
        Two-sided: exact, normal (what meta prints), and normal with the continuity correction.
    notes : tuple of Note
        What the reader must be told.
    """

    test: str
    k: int
    tau: float | NotEstimable
    score: int
    score_std_error: float
    z: float | NotEstimable
    p_value: float | NotEstimable
    p_exact: float | NotEstimable
    p_normal: float | NotEstimable
    p_continuity: float | NotEstimable
    notes: tuple[Note, ...] = ()

    def summary(self) -> str:
        """Return the result as text, the same for the same data whatever the machine."""
        how = "normal" if isinstance(self.p_exact, NotEstimable) else "exact"
        lines = [
            f"{self.test} rank test of funnel asymmetry: {self.k} "
            f"{'study' if self.k == 1 else 'studies'}",
            f"Kendall's tau {number_or_reason(self.tau)}; {p_text(self.p_value)} ({how})",
        ]
        return "\n".join(lines + note_lines(self.notes))

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data that survives JSON unchanged."""
        return plain_result(self, "rank-test")


def rank_test(effect: Any, variance: Any) -> RankTest:
    """Test as Begg & Mazumdar 1994: tau between (y - mean)/sqrt(v - 1/sum(w)) and v.

    The mean is the common-effect one and v - 1/sum(w) the variance of a study's distance from it.

    Parameters
    ----------
    effect, variance : (k,) array-like
        Study effects and sampling variances (squared units of the effect).

    Returns
    -------
    RankTest
        Below ten studies with a note that it should not be read.

    Raises
    ------
    InputError
        If a study is not usable.
    """
    y, v = check_studies(effect, variance)
    w = 1.0 / v
    origin = y[np.argmax(w)]
    centred = y - origin
    residual = centred - np.sum(w * centred) / np.sum(w)
    standardised = residual if y.size == 1 else residual / np.sqrt(v * _share_of_others(w))
    return _result("Begg & Mazumdar", standardised, v, ())


def schwarzer_test(events_1: Any, n_1: Any, events_2: Any, n_2: Any) -> RankTest:
    """Test as Schwarzer 2007: tau between (a - E(a))/sqrt(Var(a)) and 1/Var(a).

    Mean and variance of the first arm's events are those of the non-central hypergeometric
    distribution at the Mantel-Haenszel odds ratio.

    Parameters
    ----------
    events_1, n_1, events_2, n_2 : (k,) array-like of int
        Number with the event and size of each arm. Tables in which nobody or everybody has the
        event are set aside.

    Raises
    ------
    InputError
        If a count is missing, negative, not whole or above its arm's size (the study is named).
    """
    tables = count_tables(events_1, n_1, events_2, n_2)
    a, c, n = tables.events_1, tables.events_2, tables.n
    up, down = np.sum(a * (tables.n_2 - c) / n), np.sum(c * (tables.n_1 - a) / n)
    if up <= 0 or down <= 0:
        reason = NotEstimable(reason="The Mantel-Haenszel odds ratio is 0 or infinite.")
        return RankTest(
            test="Schwarzer",
            k=a.size,
            tau=reason,
            score=0,
            score_std_error=0.0,
            z=reason,
            p_value=reason,
            p_exact=reason,
            p_normal=reason,
            p_continuity=reason,
            notes=tables.notes,
        )
    moments = [
        hypergeometric_moments(int(n1), int(n2), int(m), float(np.log(up) - np.log(down)))
        for n1, n2, m in zip(tables.n_1, tables.n_2, tables.events, strict=True)
    ]
    mean, spread = (np.array(column) for column in zip(*moments, strict=True))
    return _result("Schwarzer", (a - mean) / np.sqrt(spread), 1.0 / spread, tables.notes)


def _share_of_others(w: FloatArray) -> FloatArray:
    """Return 1 - w/sum(w) without loss where one study has nearly all weight."""
    before, after = np.zeros_like(w), np.zeros_like(w)
    before[1:] = np.cumsum(w)[:-1]
    after[:-1] = np.cumsum(w[::-1])[::-1][1:]
    share: FloatArray = (before + after) / np.sum(w)
    return share


def _result(
    test: str, standardised: FloatArray, v: FloatArray, notes: tuple[Note, ...]
) -> RankTest:
    found = kendall(standardised, v)
    exact = not isinstance(found.p_exact, NotEstimable)
    extra: tuple[Note, ...] = ()
    if found.ties:
        text = "Ties between studies: the p value is the normal one, with the variance of the ties."
        extra = (Note(kind="caution", text=text, method="Kendall 1970, eq. 4.5"),)
    return RankTest(
        test=test,
        k=v.size,
        tau=found.tau,
        score=found.score,
        score_std_error=found.score_std_error,
        z=found.z,
        p_value=found.p_exact if exact else found.p_normal,
        p_exact=found.p_exact,
        p_normal=found.p_normal,
        p_continuity=found.p_continuity,
        notes=(*asymmetry_notes(v.size, f"{test}'s test"), *extra, *notes),
    )
