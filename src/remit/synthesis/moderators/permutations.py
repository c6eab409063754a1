"""All distinct orders of rows some of which are equal, or random ones."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

__all__ = ["all_orders", "count_orders", "random_orders", "row_classes", "sign_patterns"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
_ROWS = 20_000


def row_classes(matrix: FloatArray) -> IntArray:
    """Return for each row the position of the first row equal to it."""
    _, first, inverse = np.unique(matrix, axis=0, return_index=True, return_inverse=True)
    return np.asarray(first[inverse.ravel()], dtype=np.intp)


def count_orders(classes: IntArray) -> int:
    """Return how many distinct orders there are, k!/(n1! n2! ...)."""
    _, counts = np.unique(classes, return_counts=True)
    total = math.factorial(classes.size)
    for count in counts.tolist():
        total //= math.factorial(count)
    return total


def all_orders(classes: IntArray) -> Iterator[IntArray]:
    """Yield all distinct orders, in blocks of rows of positions."""
    values, counts = np.unique(classes, return_counts=True)
    k = classes.size

    def place(filled: IntArray, step: int) -> Iterator[IntArray]:
        if step == values.size:
            yield filled
            return
        free = k - int(counts[:step].sum())
        chosen = np.array(list(itertools.combinations(range(free), int(counts[step]))))
        block = max(1, _ROWS // len(chosen))
        for start in range(0, len(filled), block):
            part = filled[start : start + block]
            empty = np.argsort(part >= 0, axis=1, kind="stable")[:, :free]
            grown = np.repeat(part, len(chosen), axis=0)
            columns = empty[:, chosen].reshape(len(grown), -1)
            np.put_along_axis(grown, columns, values[step], axis=1)
            yield from place(grown, step + 1)

    yield from place(np.full((1, k), -1, dtype=np.intp), 0)


def random_orders(k: int, number: int, rng: np.random.Generator) -> Iterator[IntArray]:
    """Yield random orders in blocks; the first of all is the order as it stands."""
    for start in range(0, number, _ROWS):
        size = min(_ROWS, number - start)
        block = rng.permuted(np.tile(np.arange(k), (size, 1)), axis=1)
        if start == 0:
            block[0] = np.arange(k)
        yield np.asarray(block, dtype=np.intp)


def sign_patterns(k: int, number: int, rng: np.random.Generator | None) -> Iterator[FloatArray]:
    """Yield rows of k signs in blocks: all 2^k where there is no generator, else random ones.

    The first of all is plus throughout.
    """
    for start in range(0, number, _ROWS):
        size = min(_ROWS, number - start)
        if rng is None:
            codes = np.arange(start, start + size, dtype=np.int64)
            minus = (codes[:, None] >> np.arange(k)) & 1
        else:
            minus = rng.integers(0, 2, size=(size, k))
            if start == 0:
                minus[0] = 0
        yield np.asarray(1.0 - 2.0 * minus, dtype=np.float64)
