"""Why do two programs disagree: the same studies under each convention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from remit.core.errors import InputError, SpecError
from remit.core.estimate import Interval, NotEstimable
from remit.synthesis.conventions.counts import effects_by_convention
from remit.synthesis.conventions.differences import Difference, find_differences
from remit.synthesis.conventions.named import CONVENTIONS, convention
from remit.synthesis.conventions.rules import Convention
from remit.synthesis.data import EffectSet
from remit.synthesis.exits import number_text, plain
from remit.synthesis.pool import pool
from remit.synthesis.pooled import PooledResult
from remit.synthesis.tau2 import Tau2Estimate

__all__ = ["ConventionAnswer", "ConventionComparison", "compare_conventions"]

Number = float | NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ConventionAnswer:
    """What one program makes of the studies.

    Attributes
    ----------
    convention : Convention
        Its rules.
    result : PooledResult
        The pooled result by these rules.
    i2 : float or NotEstimable
        The I2 that the program prints, per cent.
    """

    convention: Convention
    result: PooledResult
    i2: Number

    @property
    def tau2(self) -> Number:
        """The between-study variance, squared units of the effect."""
        found = self.result.tau2
        return found.tau2 if isinstance(found, Tau2Estimate) else found

    def to_row(self) -> dict[str, Any]:
        """Return the answer as one row of plain values; None where there is none."""
        result = self.result
        prediction = result.prediction
        known = isinstance(prediction, Interval)
        return {
            "convention": self.convention.name,
            "k": result.k,
            "effect": result.effect,
            "std_error": result.std_error,
            "ci_low": result.interval.low,
            "ci_high": result.interval.high,
            "interval": result.interval.method,
            "prediction_low": prediction.low if isinstance(prediction, Interval) else None,
            "prediction_high": prediction.high if isinstance(prediction, Interval) else None,
            "prediction": prediction.method
            if isinstance(prediction, Interval)
            else prediction.reason,
            "tau2": _or_none(self.tau2),
            "i2": _or_none(self.i2),
            "i2_from": self.convention.i2_from,
            "assumed": "; ".join(x for x in self.convention.not_read if x != "prediction" or known),
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ConventionComparison:
    """The same studies under several conventions, and why the answers differ.

    Attributes
    ----------
    measure, unit : str
        metafor's code of the measure; unit of the effects.
    answers : tuple of ConventionAnswer
        One per convention.
    differences : tuple of Difference
        Each number that is not the same in all, with the reason in a sentence. What the programs
        do otherwise without any effect on these studies is not among them.
    no_answer : dict of str to str
        Conventions that leave out every study, with the reason.
    """

    measure: str
    unit: str
    answers: tuple[ConventionAnswer, ...]
    differences: tuple[Difference, ...]
    no_answer: dict[str, str]

    def summary(self) -> str:
        """Return the answers side by side as text, then a sentence for each difference."""
        lines = [f"{self.measure} in {self.unit}, by {len(self.answers)} conventions"]
        width = max(len(answer.convention.name) for answer in self.answers)
        for answer in self.answers:
            result = answer.result
            lines.append(
                f"{answer.convention.name:<{width}}  {number_text(result.effect)} "
                f"({_ends(result.interval)}), prediction {_ends(result.prediction)}, "
                f"tau2 {_shown(answer.tau2)}, I2 {_percent(answer.i2)}, k = {result.k}"
            )
        lines += [f"{x.topic}: {x.sentence}" for x in self.differences]
        lines += [f"{name} has no answer: {why}" for name, why in self.no_answer.items()]
        if not self.differences and not self.no_answer:
            lines.append("All conventions give the same answer.")
        for answer in self.answers:
            if answer.convention.not_read:
                names = ", ".join(answer.convention.not_read)
                lines.append(f"Assumed for {answer.convention.name}, not read: {names}.")
        return "\n".join(lines)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one row of plain values per convention."""
        return [answer.to_row() for answer in self.answers]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data that survives JSON unchanged."""
        return {
            "kind": "remit.convention-comparison",
            "version": 1,
            "measure": self.measure,
            "unit": self.unit,
            "answers": [
                {
                    "convention": answer.convention.to_dict(),
                    "i2": plain(answer.i2),
                    "result": answer.result.to_dict(),
                }
                for answer in self.answers
            ],
            "differences": [x.to_dict() for x in self.differences],
            "no_answer": dict(self.no_answer),
        }


def compare_conventions(
    effects: EffectSet,
    *,
    names: Sequence[str] = tuple(CONVENTIONS),
    counts: Mapping[str, Any] | None = None,
    labels: Sequence[str] | None = None,
    level: float = 0.95,
) -> ConventionComparison:
    """Pool the same studies as metafor, RevMan, meta and Stata do, and explain the differences.

    Parameters
    ----------
    effects : EffectSet
        The studies.
    names : sequence of str
        Conventions, by name.
    counts : mapping of str to (k,) array-like, optional
        The 2x2 tables behind odds or risk ratios: ``ai``, ``bi``, ``ci``, ``di``, or ``ai``,
        ``n1i``, ``ci``, ``n2i``. The effects are then computed anew by each program's zero-cell
        rule, and the measure alone is taken from ``effects``.
    labels : sequence of str, optional
        Names of the studies in the order of ``counts``.
    level : float
        Coverage of all intervals.

    Returns
    -------
    ConventionComparison
        One answer per convention that keeps a study. All pool by inverse variance.

    Raises
    ------
    InputError, SpecError
        As `remit.pool`; if a convention is not known, or fewer than two are named.
    """
    if len(set(names)) < 2:
        raise SpecError.at(
            "argument 'names'", found=", ".join(names) or "none", expected="at least two"
        )
    answers = []
    no_answer: dict[str, str] = {}
    for name in dict.fromkeys(names):
        spec = convention(name, level=level)
        rules = CONVENTIONS[name]
        studies = effects
        if counts is not None:
            studies = effects_by_convention(effects.measure, rules, counts, labels)
        if counts is not None and not studies.rows:
            no_answer[name] = f"it {rules.choices['double zero'].rule}, and there is no other."
            continue
        result = pool(studies, spec)
        i2 = result.i2 if rules.i2_from == "tau2" else result.i2_from_q
        answers.append(ConventionAnswer(convention=rules, result=result, i2=i2))
    if not answers:
        raise InputError.at(
            "the studies", found="none that can be pooled", expected="at least one with an effect"
        )
    return ConventionComparison(
        measure=effects.measure,
        unit=effects.unit,
        answers=tuple(answers),
        differences=find_differences([(a.convention, a.result, a.i2) for a in answers]),
        no_answer=no_answer,
    )


def _or_none(value: Number) -> float | None:
    return None if isinstance(value, NotEstimable) else float(value)


def _shown(value: Number) -> str:
    return "not estimable" if isinstance(value, NotEstimable) else number_text(value)


def _percent(value: Number) -> str:
    return "not estimable" if isinstance(value, NotEstimable) else f"{value:.1f}%"


def _ends(interval: Interval | NotEstimable) -> str:
    if isinstance(interval, NotEstimable):
        return "not estimable"
    return f"{number_text(interval.low)} to {number_text(interval.high)}"
