"""Do the results that a RevMan file carries follow from its data? Each one, computed again."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from remit.core.estimate import NotEstimable
from remit.core.numerics import chi2_upper_tail, critical_value
from remit.core.place import Place
from remit.io.formats.effect_scale import number_of
from remit.io.formats.imported import (
    Cell,
    ImportedArm,
    ImportedEvidence,
    ImportedOutcome,
    ImportedResult,
)
from remit.workbench.checked_results import CheckedResults, ResultCheck
from remit.workbench.file_layouts import on_analysis_scale
from remit.workbench.revman_pooling import (
    Recomputed,
    RevManRules,
    StudyNumbers,
    recompute,
    study_effect,
)

__all__ = ["check_results"]

_WORDS = {
    "effect": "effect", "ci_low": "lower end", "ci_high": "upper end", "se": "standard error",
    "weight": "weight", "q": "Q", "df": "degrees of freedom", "p_q": "p of Q", "i2": "I2",
    "tau2": "tau2", "z": "Z", "p_z": "p", "q_between": "Q between subgroups",
    "df_between": "degrees of freedom between subgroups", "p_between": "p between subgroups",
    "i2_between": "I2 between subgroups", "events1": "events, group 1", "n1": "total, group 1",
    "events2": "events, group 2", "n2": "total, group 2",
}  # fmt: skip
_ARM_NUMBERS = {"events": ("events", "n"), "means": ("mean", "sd", "n")}
#: RevMan prints what it computed in double precision; the orders of summation differ.
_ROUNDING = 1e-7
#: RevMan 5's own tail of chi-squared is right to about 1e-7 only: for Q 9.946055983220074 with 6 df
#: it writes 0.1269422521561745, where the exact value is 0.1269421779.
_CHI_SQUARED_TAIL = 5e-7
_NOT_FOUND = (
    "no choice of RevMan's that was tried gives it; the data may have been changed after the "
    "result was computed, or another program wrote it"
)


def check_results(evidence: ImportedEvidence) -> CheckedResults:
    """Compute every result again that a file carries: of studies, subgroups and analyses.

    Parameters
    ----------
    evidence : ImportedEvidence
        From a RevMan file.

    Returns
    -------
    CheckedResults
        A number agrees if it is ours rounded to its own decimals.
    """
    checks: list[ResultCheck] = []
    for outcome in evidence.outcomes:
        results = [r for r in evidence.results if r.outcome == outcome.key]
        if results:
            checks += _Analysis(evidence, outcome).check(results)
    return CheckedResults(file=evidence.file, checks=tuple(checks))


class _Analysis:
    """One analysis with its rows."""

    def __init__(self, evidence: ImportedEvidence, outcome: ImportedOutcome) -> None:
        self.outcome = outcome
        self.labels = evidence.labels()
        self.rows = _rows(evidence, outcome)
        measure = outcome.measure or {"events": "OR", "means": "MD"}.get(outcome.kind, "")
        self.rules = RevManRules(
            kind="effects" if outcome.kind == "observed-expected" else outcome.kind,
            measure="PETO" if outcome.method == "Peto" and measure == "OR" else measure,
            method="IV" if outcome.kind == "observed-expected" else outcome.method or "IV",
            model=outcome.model or "fixed",
            level=outcome.level,
            tau2=outcome.tau2 or "DL",
            interval=outcome.interval or "z",
        )

    def _alternatives(self) -> Iterable[tuple[str, RevManRules]]:
        yield "", self.rules
        if self.rules.method == "MH":
            words = "it agrees if 0.5 is not added to zero cells in the sums"
            yield words, replace(self.rules, correct_sums=False)
        if self.rules.measure == "SMD":
            words = "it agrees with the exact small-sample factor, which RevMan does not use"
            yield words, replace(self.rules, exact_factor=True)
        other = "random" if self.rules.model == "fixed" else "fixed"
        yield f"it is that of the {other}-effect model", replace(self.rules, model=other)

    def check(self, results: list[ImportedResult]) -> list[ResultCheck]:
        checks = []
        for result in results:
            rows = [
                one
                for subgroup, one in self.rows
                if not result.subgroup or subgroup == result.subgroup
            ]
            if result.study:
                checks += self._study(result, rows)
            else:
                checks += self._pooled(result, rows)
        return checks

    def _where(self, result: ImportedResult) -> str:
        words = f"Analysis {self.outcome.key}"
        if result.subgroup:
            words += f", subgroup '{result.subgroup}'"
        return f"{words}, {self.labels[result.study]}" if result.study else words

    def _study(self, result: ImportedResult, rows: list[StudyNumbers]) -> list[ResultCheck]:
        mine = [one for one in rows if one.study == result.study]
        group = [one for subgroup, one in self.rows if subgroup == result.subgroup] or rows
        found = []
        for why, rules in self._alternatives():
            made = study_effect(rules, mine[0]) if mine else None
            values: dict[str, float] = {}
            if made is not None:
                pooled = recompute(rules, group if result.subgroup else rows)
                whole = recompute(rules, [one for _, one in self.rows])
                values = _study_values(rules, made, (whole, pooled), result.study)
            found.append((why, values))
        return self._compare(result, found)

    def _pooled(self, result: ImportedResult, rows: list[StudyNumbers]) -> list[ResultCheck]:
        found = []
        for why, rules in self._alternatives():
            made = recompute(rules, rows)
            values = {} if isinstance(made, NotEstimable) else dict(made.values)
            values |= self._weight(rules, result, rows)
            for name, way in self._between(rules, made):
                found.append((why or name, values | way))
            if result.subgroup or not self._between(rules, made):
                found.append((why, values))
        return self._compare(result, found)

    def _weight(
        self, rules: RevManRules, result: ImportedResult, rows: list[StudyNumbers]
    ) -> dict[str, float]:
        """Return the weight of a subgroup: that of its studies in the whole analysis."""
        whole = recompute(rules, [one for _, one in self.rows])
        if isinstance(whole, NotEstimable):
            return {}
        if not result.subgroup:
            return {"weight": 100.0}
        inside = {one.study for one in rows}
        return {"weight": math.fsum(w for s, w in whole.weights.items() if s in inside)}

    def _between(
        self, rules: RevManRules, whole: Recomputed | NotEstimable
    ) -> list[tuple[str, dict[str, float]]]:
        """Return the test of subgroup differences in the two ways that RevMan has had.

        Since 5.1 the subgroups' estimates are compared by inverse variance; before, and for fixed
        effects, Q within the subgroups was taken from the whole Q.
        """
        names = list(dict.fromkeys(subgroup for subgroup, _ in self.rows))
        made = [recompute(rules, [one for s, one in self.rows if s == name]) for name in names]
        known = [one for one in made if isinstance(one, Recomputed)]
        if len(known) < 2 or isinstance(whole, NotEstimable):
            return []
        weights = [1 / one.std_error**2 for one in known]
        mean = math.fsum(
            w * one.estimate for w, one in zip(weights, known, strict=True)
        ) / math.fsum(weights)
        ways = {
            "": math.fsum(
                w * (one.estimate - mean) ** 2 for w, one in zip(weights, known, strict=True)
            ),
            "Q within subgroups taken from the whole Q": whole.q - math.fsum(o.q for o in known),
        }
        df = len(known) - 1
        return [(name, _test_between(max(0.0, q), df)) for name, q in ways.items()]

    def _compare(
        self, result: ImportedResult, found: Sequence[tuple[str, Mapping[str, float]]]
    ) -> list[ResultCheck]:
        checks = []
        for role, cell in result.values.items():
            ours = found[0][1].get(role)
            agrees, why = False, "the data give no such number"
            if any(role in values for _, values in found):
                fits = [words for words, v in found if role in v and _same(role, cell, v[role])]
                first = found[0][0]
                agrees = first in fits or any(words.startswith("Q within") for words in fits)
                why = "" if agrees else (fits[0] if fits else _NOT_FOUND)
            elif self._empty_place(role, cell):
                continue
            checks.append(
                ResultCheck(
                    place=cell.place,
                    where=self._where(result),
                    what=_WORDS[role],
                    printed=cell.text,
                    recomputed=ours,
                    agrees=agrees,
                    why=why,
                )
            )
        return checks

    def _empty_place(self, role: str, cell: Cell) -> bool:
        """Tell whether a 0 stands where RevMan has nothing to say, such as events of means."""
        number = number_of(cell)
        placeholder = role.endswith("_between") or role in ("events1", "events2", "q", "p_q", "i2")
        return number in (0.0, 1.0) and (placeholder or role in ("n1", "n2"))


def _study_values(
    rules: RevManRules,
    made: tuple[float, float],
    groups: tuple[Recomputed | NotEstimable, ...],
    study: str,
) -> dict[str, float]:
    effect, error = made
    half = critical_value(rules.level) * error
    values = {"effect": effect, "ci_low": effect - half, "ci_high": effect + half}
    if rules.logs:
        values = {name: math.exp(value) for name, value in values.items()}
    values["se"] = error
    whole = groups[0]
    if isinstance(whole, Recomputed):
        values["weight"] = whole.weights.get(study, 0.0)
    return values


def _test_between(q: float, df: int) -> dict[str, float]:
    return {
        "q_between": q,
        "df_between": float(df),
        "p_between": chi2_upper_tail(q, df),
        "i2_between": 100 * max(0.0, 1 - df / q) if q > 0 else 0.0,
    }


def _same(role: str, cell: Cell, ours: float) -> bool:
    """Tell whether a printed number is ours, rounded to its decimals."""
    printed = number_of(cell)
    if printed is None:
        return False
    text = cell.text.lower()
    digits, _, power = text.partition("e")
    decimals = len(digits.partition(".")[2]) - int(power or 0)
    tail = _CHI_SQUARED_TAIL if role in ("p_q", "p_between") else 0.0
    last = 0.5 * 10.0**-decimals * (1 + 1e-9)  # half a unit, and the rounding of the subtraction
    return abs(printed - ours) <= last + tail + _ROUNDING * abs(ours)


def _rows(evidence: ImportedEvidence, outcome: ImportedOutcome) -> list[tuple[str, StudyNumbers]]:
    """Return the subgroup and the numbers of each study that has all of them."""
    found: list[tuple[str, StudyNumbers]] = []
    pairs: dict[Place, list[ImportedArm]] = {}
    for arm in evidence.arms:
        if arm.outcome == outcome.key:
            pairs.setdefault(arm.place, []).append(arm)
    for arms in pairs.values():
        numbers = _numbers(outcome, arms)
        if numbers is not None:
            one = StudyNumbers(study=arms[0].study, numbers=numbers)
            found.append((arms[0].subgroup, one))
    for contrast in evidence.contrasts:
        if contrast.outcome == outcome.key:
            effect, error = (number_of(cell) for cell in on_analysis_scale(contrast))
            if effect is not None and error is not None and error > 0:
                one = StudyNumbers(study=contrast.study, numbers=(effect, error))
                found.append((contrast.subgroup, one))
    return found


def _numbers(outcome: ImportedOutcome, arms: list[ImportedArm]) -> tuple[float, ...] | None:
    """Return the numbers of a study's two arms; None where one is missing or cannot be."""
    roles = _ARM_NUMBERS.get(outcome.kind)
    if roles is None or len(arms) != 2:
        return None
    numbers: list[float] = []
    for arm in arms:
        own = [n for role in roles if (n := number_of(arm.values.get(role))) is not None]
        if len(own) != len(roles):
            return None
        if outcome.swapped:
            own[0] = own[1] - own[0]
        numbers += own
    return tuple(numbers) if _possible(outcome.kind, numbers) else None


def _possible(kind: str, numbers: Sequence[float]) -> bool:
    """Tell whether events are no more than people, and SDs not negative."""
    if kind == "events":
        return all(0 <= numbers[i] <= numbers[i + 1] and numbers[i + 1] > 0 for i in (0, 2))
    return all(numbers[i + 1] >= 0 and numbers[i + 2] > 0 for i in (0, 3))
