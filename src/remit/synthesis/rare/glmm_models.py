"""The generalised linear mixed models for counts: their arms, and when they have an answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.core.errors import SpecError
from remit.core.estimate import NotEstimable
from remit.synthesis.rare.arms import Arm
from remit.synthesis.rare.cumulants import Binomial, NoncentralHypergeometric, Poisson
from remit.synthesis.rare.tables import Counts

__all__ = ["MODELS", "CountModel", "count_model", "infinite"]

FloatArray = npt.NDArray[np.float64]
MODELS = {
    "OR": ("UM.FS", "UM.RS", "CM.EL", "CM.AL"),
    "IRR": ("UM.FS", "UM.RS", "CM.EL"),
    "PLO": ("UM.FS",),
    "IRLN": ("UM.FS",),
}
_LARGEST_SUPPORT = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountModel:
    """A model of the counts.

    Attributes
    ----------
    arms : tuple of Arm
        One count per study, or two.
    base : str
        ``none``; ``free`` where each study has a base of its own; ``random`` where the bases are
        normally distributed.
    base_start : (k,) array
        Bases to start from.
    effect_start : float
        Effect to start from.
    lowest, highest : (k,) bool array
        Studies whose counts alone would put their effect at minus or plus infinity.
    """

    arms: tuple[Arm, ...]
    base: str
    base_start: FloatArray
    effect_start: float = 0.0
    lowest: npt.NDArray[np.bool_]
    highest: npt.NDArray[np.bool_]

    @property
    def constant(self) -> float:
        """Return the part of the log-likelihood that no parameter moves."""
        return float(sum(np.sum(arm.family.constant) for arm in self.arms))


def count_model(measure: str, model: str, counts: Counts, coding: float) -> CountModel:
    """Build the model.

    Parameters
    ----------
    measure : str
        ``OR IRR PLO IRLN``.
    model : str
        See `glmm`.
    counts : Counts
        Whole numbers.
    coding : float
        Share of the study's deviation that the first arm takes in the models UM: 1/2, 1 or 0.
    """
    if measure == "OR":
        return _odds_ratio(model, counts, coding)
    if measure == "IRR":
        return _rate_ratio(model, counts, coding)
    none = np.zeros(counts.k)
    x = counts["xi"]
    if measure == "PLO":
        n = counts["ni"]
        arm, highest = Arm(family=Binomial(count=x, n=n), offset=none), x == n
        start = np.log((x.sum() + 0.5) / (n.sum() - x.sum() + 0.5))
    else:
        t = counts["ti"]
        arm, highest = Arm(family=Poisson(count=x), offset=np.log(t)), np.zeros(counts.k, bool)
        start = np.log((x.sum() + 0.5) / t.sum())
    return CountModel(
        arms=(arm,),
        base="none",
        base_start=none,
        effect_start=float(start),
        lowest=x == 0,
        highest=highest,
    )


def _odds_ratio(model: str, counts: Counts, coding: float) -> CountModel:
    a, b, c, d = (counts[name] for name in ("ai", "bi", "ci", "di"))
    none = np.zeros(counts.k)
    lowest, highest = np.minimum(a, d) == 0, np.minimum(b, c) == 0
    start = none
    if model == "CM.EL":
        support = np.minimum(a + b, a + c) - np.maximum(0, a - d)
        if np.any(support > _LARGEST_SUPPORT):
            name = counts.labels[int(np.argmax(support))]
            raise SpecError.at(
                f"argument 'model', {name}",
                found=f"CM.EL with {np.max(support):g} possible tables",
                expected=f"at most {_LARGEST_SUPPORT:g}",
                hint="With so many events UM.FS gives the same answer.",
            )
        family = NoncentralHypergeometric.of_tables(a, a + b, c + d, a + c)
        arms: tuple[Arm, ...] = (Arm(family=family, offset=none),)
    elif model == "CM.AL":
        arms = (Arm(family=Binomial(count=a, n=a + c), offset=np.log((a + b) / (c + d))),)
        lowest, highest = a == 0, c == 0
    else:
        arms = (
            Arm(family=Binomial(count=a, n=a + b), offset=none, on_effect=coding, on_base=1.0),
            Arm(
                family=Binomial(count=c, n=c + d), offset=none, on_effect=coding - 1.0, on_base=1.0
            ),
        )
        logits = np.log((a + 0.5) / (b + 0.5)), np.log((c + 0.5) / (d + 0.5))
        start = (1.0 - coding) * logits[0] + coding * logits[1]
    return CountModel(
        arms=arms, base=_base(model), base_start=start, lowest=lowest, highest=highest
    )


def _rate_ratio(model: str, counts: Counts, coding: float) -> CountModel:
    x1, t1, x2, t2 = (counts[name] for name in ("x1i", "t1i", "x2i", "t2i"))
    start = np.zeros(counts.k)
    if model == "CM.EL":
        arms: tuple[Arm, ...] = (Arm(family=Binomial(count=x1, n=x1 + x2), offset=np.log(t1 / t2)),)
    else:
        arms = (
            Arm(family=Poisson(count=x1), offset=np.log(t1), on_effect=coding, on_base=1.0),
            Arm(family=Poisson(count=x2), offset=np.log(t2), on_effect=coding - 1.0, on_base=1.0),
        )
        logs = np.log((x1 + 0.5) / t1), np.log((x2 + 0.5) / t2)
        start = (1.0 - coding) * logs[0] + coding * logs[1]
    return CountModel(
        arms=arms, base=_base(model), base_start=start, lowest=x1 == 0, highest=x2 == 0
    )


def _base(model: str) -> str:
    return {"UM.FS": "free", "UM.RS": "random"}.get(model, "none")


def infinite(measure: str, model: CountModel) -> NotEstimable | None:
    """Return why there is no finite estimate of one effect common to all studies, if so."""
    lowest, highest = bool(np.all(model.lowest)), bool(np.all(model.highest))
    if model.base == "random":
        counts = [arm.family.count for arm in model.arms]
        sizes = [arm.family.n for arm in model.arms if isinstance(arm.family, Binomial)]
        empty = any(not np.any(count) for count in counts)
        full = any(np.all(r == n) for r, n in zip(counts, sizes, strict=False))
        lowest = empty or full
        highest = False
    if not (lowest or highest):
        return None
    if measure == "PLO":
        what = "No study has an event" if lowest else "Every study has only events"
        return NotEstimable(reason=f"{what}: the likelihood is highest at the edge of its range.")
    if measure == "IRLN":
        return NotEstimable(reason="No study has an event: the estimated rate is zero.")
    return NotEstimable(
        reason="In every study the counts are as extreme as they can be in the same direction (one "
        "arm without events, or without anything else): the estimated ratio is zero or infinite."
    )
