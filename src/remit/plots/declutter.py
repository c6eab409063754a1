"""Moves labels apart as little as possible until none touches another."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["spread"]


def spread(
    wanted: Sequence[float], sizes: Sequence[float], low: float, high: float
) -> tuple[float, ...]:
    """Return the centres nearest to the wanted ones at which nothing overlaps.

    Least squares under the order of the wanted centres. Measured from a stack without gaps, the
    centres must not decrease, which is isotonic regression; pool-adjacent-violators solves it
    exactly (Barlow, Bartholomew, Bremner & Brunk 1972, section 1.2), and cutting its answer at
    the bounds keeps it optimal.

    Parameters
    ----------
    wanted : (k,) sequence of float
        Wanted centres; ties keep their order.
    sizes : (k,) sequence of float
        Room that each takes, gap included.
    low, high : float
        Bounds. Where the sizes add up to more, the stack begins at ``low`` and runs over.

    Returns
    -------
    (k,) tuple of float
        Centres, in the order of ``wanted``.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    offsets, total = [], 0.0
    for i in order:
        offsets.append(total + sizes[i] / 2)
        total += sizes[i]
    blocks: list[tuple[float, int]] = []
    for i, offset in zip(order, offsets, strict=True):
        mean, count = wanted[i] - offset, 1
        while blocks and blocks[-1][0] > mean:
            previous, n = blocks.pop()
            mean, count = (previous * n + mean * count) / (n + count), n + count
        blocks.append((mean, count))
    starts = [mean for mean, count in blocks for _ in range(count)]
    upper = max(low, high - total)
    placed = [0.0] * len(wanted)
    for i, offset, start in zip(order, offsets, starts, strict=True):
        placed[i] = min(max(start, low), upper) + offset
    return tuple(placed)
