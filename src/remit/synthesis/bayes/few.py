"""What to show when there are two to four studies: Bayes under three priors, classics beside it.

With so few studies the data say little about tau, so a stated prior does, and the answer is shown
under three of them. No p value belongs here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from remit.core.checks import check_choice, check_level
from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.core.notes import Note
from remit.synthesis.bayes.pool import bayes_pool, read_effects
from remit.synthesis.bayes.prior import NormalPrior, TauPrior
from remit.synthesis.bayes.result import BayesResult
from remit.synthesis.data import EffectSet
from remit.synthesis.exits import interval_text, number_text, plain
from remit.synthesis.pool import PooledArrays, pool_arrays
from remit.synthesis.spec import RandomEffects

__all__ = ["FEW_SCALES", "FewStudies", "few_studies"]

_LARGEST = 4  # studies; from five on the classic result comes first
# scale: headline and two sensitivity scales of the half-normal prior of tau, and sd of the normal
# prior of the mean. Log odds ratio: Roever 2021, Res Synth Methods 12:448, and sd 4 as in Roever
# 2020. Standardised mean difference: the same times sqrt(3)/pi, rounded. 0-10 scale: proposal.
FEW_SCALES: dict[str, tuple[tuple[float, float, float], float]] = {
    "log-odds": ((0.5, 0.25, 1.0), 4.0),
    "smd": ((0.3, 0.15, 0.6), 2.2),
    "points-0-10": ((1.0, 0.5, 2.0), 10.0),
}
_ONE = NotEstimable(reason="One study cannot show how much studies differ.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FewStudies:
    """A handful of studies, pooled in the ways that a reader should see side by side.

    Attributes
    ----------
    scale : str
        Which set of priors was used.
    k : int
        Number of studies.
    headline : BayesResult
        Under the default prior: this is shown first.
    sensitivity : tuple of BayesResult
        Under a narrower and a wider prior of tau.
    common_effect : Estimate
        One true effect in all studies.
    hksj : Estimate or NotEstimable
        REML with Hartung-Knapp-Sidik-Jonkman interval and floor.
    hksj_plain : Estimate or NotEstimable
        The same without the floor.
    notes : tuple of Note
        What the reader must be told.
    """

    scale: str
    k: int
    headline: BayesResult
    sensitivity: tuple[BayesResult, ...]
    common_effect: Estimate
    hksj: Estimate | NotEstimable
    hksj_plain: Estimate | NotEstimable
    notes: tuple[Note, ...]

    def summary(self) -> str:
        """Return all answers as text."""
        lines = [self.headline.summary(), ""]
        lines += [
            f"With {result.tau_prior.label}: {result.mu.text()}" for result in self.sensitivity
        ]
        rows = (
            ("Common effect", self.common_effect),
            ("REML, HKSJ with floor", self.hksj),
            ("REML, HKSJ", self.hksj_plain),
        )
        lines += [f"{name}: {_text(value)}" for name, value in rows]
        lines += [f"Note ({note.kind}): {note.text}" for note in self.notes]
        return "\n".join(lines)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per answer, the headline first."""
        rows: list[dict[str, Any]] = [
            {
                "answer": f"Bayes, {result.tau_prior.label}",
                "effect": result.mu.median,
                "ci_low": result.mu.shortest.low,
                "ci_high": result.mu.shortest.high,
                "pi_low": result.new_study.shortest.low,
                "pi_high": result.new_study.shortest.high,
                "probability_below_0": result.mu_cdf(0.0),
            }
            for result in (self.headline, *self.sensitivity)
        ]
        for name, value in (
            ("common effect", self.common_effect),
            ("REML, HKSJ with floor", self.hksj),
            ("REML, HKSJ", self.hksj_plain),
        ):
            row = dict.fromkeys(rows[0], None) | {"answer": name}
            if isinstance(value, Estimate):
                row |= {
                    "effect": value.value,
                    "ci_low": value.interval.low,
                    "ci_high": value.interval.high,
                }
            rows.append(row)
        return rows

    def to_dict(self) -> dict[str, Any]:
        """Return the whole result as plain data that survives JSON unchanged."""
        return {
            "kind": "remit.few-studies",
            "version": 1,
            "scale": self.scale,
            "k": self.k,
            "headline": self.headline.to_dict(),
            "sensitivity": [result.to_dict() for result in self.sensitivity],
            "common_effect": plain(self.common_effect),
            "hksj": plain(self.hksj),
            "hksj_plain": plain(self.hksj_plain),
            "notes": plain(self.notes),
        }


def few_studies(
    effects: EffectSet | tuple[Any, Any],
    scale: str,
    level: float = 0.95,
) -> FewStudies:
    """Pool few studies by Bayes under three priors, beside the common effect and REML with HKSJ.

    Parameters
    ----------
    effects : EffectSet, or a pair of (k,) array-likes
        Studies, or their effects and sampling variances.
    scale : str
        Scale of the effects, which sets the half-normal priors of tau: ``log-odds`` (0.5; 0.25
        and 1), ``smd`` (0.3; 0.15 and 0.6) or ``points-0-10`` (mean differences on a scale from
        0 to 10: 1; 0.5 and 2). The prior of the mean is normal about 0 with sd 4, 2.2 or 10.
    level : float
        Coverage of all intervals as a proportion.

    Returns
    -------
    FewStudies
        Any number of studies is accepted; above four a note says that the classic result comes
        first.
    """
    check_choice("scale", scale, tuple(FEW_SCALES))
    check_level(level)
    y, v, labels, _ = read_effects(effects)
    scales, sd = FEW_SCALES[scale]
    results = [
        bayes_pool(effects, TauPrior.half_normal(width), NormalPrior(sd=sd), level)
        for width in scales
    ]
    classic = pool_arrays(y, v, RandomEffects(level=level), labels=labels)
    plain_hksj = pool_arrays(y, v, RandomEffects(level=level, floor=False), labels=labels)
    one = y.size == 1
    return FewStudies(
        scale=scale,
        k=y.size,
        headline=results[0],
        sensitivity=tuple(results[1:]),
        common_effect=classic.common_effect,
        hksj=_ONE if one else _estimate(classic),
        hksj_plain=_ONE if one else _estimate(plain_hksj),
        notes=_notes(results, scale, y.size),
    )


def _estimate(found: PooledArrays) -> Estimate:
    return Estimate(value=found.effect, interval=found.interval, std_error=found.std_error)


def _notes(results: list[BayesResult], scale: str, k: int) -> tuple[Note, ...]:
    notes = []
    if scale == "points-0-10":
        text = "The priors for a 0 to 10 scale are a proposal, not taken from a paper."
        notes.append(Note(kind="caution", text=text))
    if k > _LARGEST:
        text = f"With {k} studies the classic random-effects result should come first."
        notes.append(Note(kind="caution", text=text))
    if k == 1:
        text = "With one study the spread between studies is the prior's alone."
        notes.append(Note(kind="caution", text=text))
    ends = np.array([[r.mu.shortest.low, r.mu.shortest.high] for r in results])
    excludes = (ends[:, 0] > 0) | (ends[:, 1] < 0)
    if np.any(excludes) and not np.all(excludes):
        text = "Whether the interval of the mean effect excludes 0 depends on the prior of tau."
        notes.append(Note(kind="caution", text=text))
    return tuple(notes)


def _text(value: Estimate | NotEstimable) -> str:
    if isinstance(value, NotEstimable):
        return f"not estimable: {value.reason}"
    interval: Interval = value.interval
    return f"{number_text(value.value)}, {interval_text(interval)}"
