"""What is the answer without each study, or as studies come in one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from remit.core.errors import InputError
from remit.synthesis.batch import PooledMany, pool_many
from remit.synthesis.data import EffectSet
from remit.synthesis.exits import number_text, p_text
from remit.synthesis.models.fit_spec import FitSpec
from remit.synthesis.spec import CommonEffect, RandomEffects
from remit.synthesis.studies import studies_of

__all__ = ["Cumulative", "LeaveOneOut", "cumulative", "leave_one_out"]

Spec = CommonEffect | RandomEffects | FitSpec


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeaveOneOut:
    """The pooled effect without each study in turn.

    Attributes
    ----------
    labels : tuple of str
        The study left out.
    pooled : PooledMany
        What is left, pooled; one set per study.
    all_studies : PooledMany
        All studies pooled the same way; one set.
    """

    labels: tuple[str, ...]
    pooled: PooledMany
    all_studies: PooledMany

    @property
    def changes_side(self) -> tuple[str, ...]:
        """Studies without which the interval comes to include no effect, or ceases to."""
        whole = _excludes_zero(self.all_studies)[0]
        return tuple(
            label
            for label, other in zip(self.labels, _excludes_zero(self.pooled), strict=True)
            if other != whole
        )

    def summary(self) -> str:
        """Return the series as text."""
        return _text("without ", self.labels, self.pooled)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per study left out."""
        rows = zip(self.labels, self.pooled.to_rows(), strict=True)
        return [{"left_out": label, **row} for label, row in rows]

    def to_dict(self) -> dict[str, Any]:
        """Return the series as plain data."""
        return {
            "kind": "remit.leave-one-out",
            "version": 1,
            "spec": self.pooled.spec.to_dict(),
            "all_studies": self.all_studies.to_rows()[0],
            "rows": self.to_rows(),
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cumulative:
    """The pooled effect as studies come in one by one.

    Attributes
    ----------
    labels : tuple of str
        The study added.
    order : tuple of int
        Its position among the studies given.
    pooled : PooledMany
        It and those before it, pooled; one set per study.
    """

    labels: tuple[str, ...]
    order: tuple[int, ...]
    pooled: PooledMany

    def summary(self) -> str:
        """Return the series as text."""
        return _text("+ ", self.labels, self.pooled)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per study added."""
        rows = zip(self.labels, self.pooled.to_rows(), strict=True)
        return [{"added": label, **row} for label, row in rows]

    def to_dict(self) -> dict[str, Any]:
        """Return the series as plain data."""
        return {
            "kind": "remit.cumulative",
            "version": 1,
            "spec": self.pooled.spec.to_dict(),
            "order": list(self.order),
            "rows": self.to_rows(),
        }


def leave_one_out(
    effects: EffectSet | tuple[Any, Any],
    spec: Spec = RandomEffects(),  # noqa: B008
) -> LeaveOneOut:
    """Pool the studies without each of them in turn.

    Parameters
    ----------
    effects : EffectSet, or pair of (k,) arrays
        Studies, or their effects and variances; at least two.
    spec : RandomEffects, CommonEffect or FitSpec
        How to pool.

    Raises
    ------
    InputError
        If there are fewer than two studies, or one cannot be pooled.
    """
    studies = studies_of(effects, least=2)
    others = ~np.eye(studies.k, dtype=bool)
    return LeaveOneOut(
        labels=studies.labels,
        pooled=pool_many(studies.effect, studies.variance, others, spec),
        all_studies=pool_many(studies.effect, studies.variance, None, spec),
    )


def cumulative(
    effects: EffectSet | tuple[Any, Any],
    spec: Spec = RandomEffects(),  # noqa: B008
    order: Sequence[Any] | Any = None,
) -> Cumulative:
    """Pool the first study, the first two, and so on.

    Parameters
    ----------
    effects : EffectSet, or pair of (k,) arrays
        Studies, or their effects and variances.
    spec : RandomEffects, CommonEffect or FitSpec
        How to pool. A single study has its own normal interval.
    order : (k,) array-like, optional
        What to sort by, such as the years; studies that tie stay in their order. By default all do.

    Raises
    ------
    InputError
        If a study cannot be pooled, or ``order`` has not one value per study.
    """
    studies = studies_of(effects)
    places = _places(order, studies.k)
    y, v = studies.effect[places], studies.variance[places]
    so_far = np.tril(np.ones((studies.k, studies.k), dtype=bool))
    return Cumulative(
        labels=tuple(studies.labels[i] for i in places),
        order=tuple(places),
        pooled=pool_many(y, v, so_far, spec),
    )


def _places(order: Any, k: int) -> list[int]:
    if order is None:
        return list(range(k))
    values = list(order)
    missing = [i for i, value in enumerate(values) if value is None or value != value]
    if len(values) != k or missing:
        found = f"nothing for study {missing[0] + 1}" if missing else f"{len(values)} values"
        raise InputError.at("argument 'order'", found=found, expected=f"{k}, one per study")
    try:
        return sorted(range(k), key=values.__getitem__)
    except TypeError as error:
        raise InputError.at(
            "argument 'order'", found="values of different kinds", expected="numbers or text"
        ) from error


def _excludes_zero(pooled: PooledMany) -> list[bool]:
    return [bool(x) for x in (pooled.ci_low > 0) | (pooled.ci_high < 0)]


def _text(before: str, labels: tuple[str, ...], pooled: PooledMany) -> str:
    level = f"{100 * pooled.spec.level:g}%"
    return "\n".join(
        f"{before}{label}: {number_text(pooled.effect[i])}, {level} "
        f"{number_text(pooled.ci_low[i])} to {number_text(pooled.ci_high[i])}, "
        f"{p_text(float(pooled.p_value[i]))}, k = {pooled.k[i]}"
        for i, label in enumerate(labels)
    )
