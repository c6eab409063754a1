"""One sentence for each number in which the conventions differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from remit.core.estimate import Interval, NotEstimable
from remit.synthesis.conventions.rules import Convention
from remit.synthesis.exits import number_text
from remit.synthesis.pooled import PooledResult

__all__ = ["Difference", "find_differences"]

Case = tuple[Convention, PooledResult, float | NotEstimable]
Shown = Callable[[Case], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A number that the programs give otherwise, and why.

    Attributes
    ----------
    topic : str
        ``Studies``, ``Effect``, ``Confidence interval``, ``Prediction interval`` or ``I2``.
    sentence : str
        Who does what, with the numbers that come of it.
    """

    topic: str
    sentence: str

    def to_dict(self) -> dict[str, str]:
        """Return the difference as a plain dictionary."""
        return asdict(self)


def find_differences(cases: Sequence[Case]) -> tuple[Difference, ...]:
    """Return what differs between the answers, with a sentence on each.

    Parameters
    ----------
    cases : sequence of (Convention, PooledResult, I2)
        Answers for the same studies, at least one.
    """
    topics: tuple[tuple[str, Shown, tuple[str, ...]], ...] = (
        ("Studies", lambda case: f"k = {case[1].k}", ("double zero",)),
        ("Effect", lambda case: number_text(case[1].effect), ("double zero", "zero cells")),
        ("Confidence interval", lambda case: _ends(case[1].interval), ("interval",)),
        ("Prediction interval", lambda case: _ends(case[1].prediction), ("prediction",)),
        ("I2", _percent, ("I2",)),
    )
    if cases[0][1].measure != "RR":  # the denominators of risks matter to risk ratios alone
        topics = tuple((t, shown, names[:1]) for t, shown, names in topics)
    found = []
    for topic, shown, names in topics:
        if len({shown(case) for case in cases}) > 1:
            found.append(Difference(topic=topic, sentence=_sentence(cases, shown, names)))
    return tuple(found)


def _sentence(cases: Sequence[Case], shown: Shown, names: tuple[str, ...]) -> str:
    """Say which programs go together, what they do and what comes of it."""
    groups: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for case in cases:
        rules = tuple(case[0].choices[name].rule for name in names)
        groups.setdefault((rules, shown(case)), []).append(case[0].name)
    telling = [i for i in range(len(names)) if len({rules[i] for rules, _ in groups}) > 1]
    parts = []
    for (rules, number), programs in groups.items():
        verbs = [rules[i] for i in telling] or ["has other effects, standard errors or tau2"]
        reason = " and ".join(_plural(verb, len(programs)) for verb in verbs)
        parts.append(f"{_listed(programs)} {reason} ({number})")
    return "; ".join(parts) + "."


def _listed(programs: Sequence[str]) -> str:
    if len(programs) == 1:
        return programs[0]
    return ", ".join(programs[:-1]) + f" and {programs[-1]}"


_PLURALS = {
    "adds": "add",
    "gives": "give",
    "has": "have",
    "keeps": "keep",
    "leaves": "leave",
    "lists": "list",
    "takes": "take",
    "uses": "use",
}


def _plural(rule: str, programs: int) -> str:
    """Let the verb of a rule follow the number of programs."""
    if programs == 1:
        return rule
    first, _, rest = rule.partition(" ")
    return f"{_PLURALS.get(first, first)} {rest}"


def _ends(interval: Interval | NotEstimable) -> str:
    if isinstance(interval, NotEstimable):
        return f"none: {interval.reason}"
    return f"{number_text(interval.low)} to {number_text(interval.high)}"


def _percent(case: Case) -> str:
    i2 = case[2]
    return f"none: {i2.reason}" if isinstance(i2, NotEstimable) else f"{i2:.1f}%"
