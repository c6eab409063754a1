"""How different can the answer be: the pooled effect of every subset of the studies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import lock
from remit.core.errors import SpecError
from remit.synthesis.batch import PooledMany, pool_many
from remit.synthesis.data import EffectSet
from remit.synthesis.exits import finite_or_none, number_text
from remit.synthesis.models.fit_spec import FitSpec
from remit.synthesis.spec import CommonEffect, RandomEffects
from remit.synthesis.studies import studies_of

__all__ = ["Gosh", "gosh"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Spec = CommonEffect | RandomEffects | FitSpec
_MOST = 1_000_000  # subsets up to which all are taken
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gosh:
    """The pooled effects of B subsets of k studies (graphical display of study heterogeneity).

    Attributes
    ----------
    labels : tuple of str
        The studies.
    included : (B, k) boolean array
        Which subset has which study; subsets by their size.
    pooled : PooledMany
        The subsets, pooled.
    exact : bool
        Whether these are all subsets; otherwise they were drawn at random.
    seed : int or None
        Of the draw.
    """

    labels: tuple[str, ...]
    included: BoolArray
    pooled: PooledMany
    exact: bool
    seed: int | None

    @property
    def quantiles(self) -> dict[str, float]:
        """5, 25, 50, 75 and 95 per cent quantiles of the pooled effects."""
        found = np.quantile(self.pooled.effect, _QUANTILES)
        return {f"{100 * q:g}%": float(x) for q, x in zip(_QUANTILES, found, strict=True)}

    def contrast(self) -> FloatArray:
        """Return, per study, the mean effect of subsets with it less that without it, (k,)."""
        effect, n = self.pooled.effect, self.included.sum(axis=0)
        inside = effect @ self.included
        outside = effect.sum() - inside
        left = len(self.pooled) - n
        found = np.full(n.size, np.nan)
        both = (n > 0) & (left > 0)
        found[both] = inside[both] / n[both] - outside[both] / left[both]
        return found

    def summary(self) -> str:
        """Return the spread of the answers as text."""
        kind = "all" if self.exact else f"random (seed {self.seed})"
        parts = [f"{name} {number_text(value)}" for name, value in self.quantiles.items()]
        return f"{len(self.pooled)} {kind} subsets of {len(self.labels)} studies: effects " + (
            ", ".join(parts)
        )

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per subset, with the positions of its studies."""
        members = [np.flatnonzero(row).tolist() for row in self.included]
        rows = zip(members, self.pooled.to_rows(), strict=True)
        return [{"studies": inside, **row} for inside, row in rows]

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers that a figure needs, as columns."""
        return {
            "kind": "remit.gosh",
            "version": 1,
            "spec": self.pooled.spec.to_dict(),
            "labels": list(self.labels),
            "exact": self.exact,
            "seed": self.seed,
            "quantiles": self.quantiles,
            "k": self.pooled.k.tolist(),
            "effect": self.pooled.effect.tolist(),
            "i2": [finite_or_none(x) for x in self.pooled.i2],
            "included": [np.flatnonzero(row).tolist() for row in self.included],
        }


def gosh(
    effects: EffectSet | tuple[Any, Any],
    spec: Spec = RandomEffects(),  # noqa: B008
    subsets: int | None = None,
    seed: int | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Gosh:
    """Pool every subset of the studies, or a random sample of them.

    Olkin, Dahabreh & Trikalinos 2012.

    Parameters
    ----------
    effects : EffectSet, or pair of (k,) arrays
        Studies, or their effects and variances; at least two.
    spec : RandomEffects, CommonEffect or FitSpec
        How to pool.
    subsets : int, optional
        How many subsets to draw; all where there are no more than that. By default all up to a
        million.
    seed : int, optional
        Makes the draw repeatable; by default 1. Each study is in a random subset with a chance of
        one half, and empty subsets are drawn again, as in metafor.
    progress : callable, optional
        Called with the number of subsets done and their total.

    Raises
    ------
    InputError
        If there are fewer than two studies, or one cannot be pooled.
    SpecError
        If ``subsets`` is below 1.
    """
    studies = studies_of(effects, least=2)
    wanted = _MOST if subsets is None else subsets
    if wanted < 1:
        raise SpecError.at("argument 'subsets'", found=repr(subsets), expected="at least 1")
    exact = 2**studies.k - 1 <= wanted
    used = None if exact else (1 if seed is None else seed)
    included = _all_subsets(studies.k) if exact else _random_subsets(studies.k, wanted, used)
    return Gosh(
        labels=studies.labels,
        included=lock(included),
        pooled=pool_many(studies.effect, studies.variance, included, spec, progress=progress),
        exact=exact,
        seed=used,
    )


def _all_subsets(k: int) -> BoolArray:
    """Return all subsets of k studies but the empty one, (2^k - 1, k), by their size.

    Among those of one size the first study changes fastest.
    """
    size = np.zeros(1, dtype=np.uint8)
    for _ in range(k):
        size = np.concatenate((size, size + np.uint8(1)))
    codes = np.argsort(size, kind="stable")[1:].astype("<u4")
    octets = codes.view(np.uint8).reshape(-1, 4)
    return np.unpackbits(octets, axis=1, count=k, bitorder="little").view(np.bool_)


def _random_subsets(k: int, number: int, seed: int | None) -> BoolArray:
    """Return random subsets, (number, k), by their size; those of one size as they were drawn."""
    rng = np.random.default_rng(seed)
    included = rng.random((number, k)) < 0.5
    empty = np.flatnonzero(~included.any(axis=1))
    while empty.size:
        included[empty] = rng.random((empty.size, k)) < 0.5
        empty = empty[~included[empty].any(axis=1)]
    return included[np.argsort(included.sum(axis=1), kind="stable")]
