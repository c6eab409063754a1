"""How surprising a number is beside those of the other studies of its outcome.

The centre of the others is their median and their spread the median absolute deviation, so that
one more wrong number among them changes little. With few others a spread is hardly known, so it is
drawn towards a usual one as in the moderated t of Smyth (2004, Stat Appl Genet Mol Biol 3:3,
eq. 1): ``(d0 s0^2 + d s^2) / (d0 + d)``, here with d0 = 4. The surprise is how far the logarithm of
the density of Student's t lies below its peak: its tails are heavy, because studies do differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log, pi, sqrt
from statistics import median

__all__ = ["ENOUGH_PEERS", "Peers", "peers_of", "surprise"]

ENOUGH_PEERS = 3
"""Fewer other studies show no usual size."""
PRIOR_DF = 4
MAD_TO_SD = 1.4826
"""Median absolute deviation of a normal distribution is its standard deviation by this."""


def surprise(t: float, df: float) -> float:
    """Return how far the log density of t lies below its peak."""
    return (df + 1) / 2 * log(1 + t * t / df)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """Centre and spread of the numbers of other studies.

    Attributes
    ----------
    centre, spread : float
        Median, and moderated standard deviation.
    df : float
        Degrees of freedom of the spread.
    values : tuple of float
        One per study.
    """

    centre: float
    spread: float
    df: float
    values: tuple[float, ...]

    def t(self, value: float, extra: float = 0.0) -> float:
        """Return the distance of a number from the centre in standard errors of prediction.

        Parameters
        ----------
        value : float
            The number.
        extra : float
            Variance that it has beyond the others, such as that of a small study.
        """
        error = self.spread**2 * (1 + pi / 2 / len(self.values)) + extra
        return (value - self.centre) / sqrt(error)


def peers_of(values: Iterable[float], usual_spread: float) -> Peers | None:
    """Return centre and spread of the other studies; None where there are fewer than three.

    Parameters
    ----------
    values : iterable of float
        One number per study.
    usual_spread : float
        Standard deviation towards which the spread is drawn.
    """
    known: Sequence[float] = tuple(values)
    if len(known) < ENOUGH_PEERS:
        return None
    centre = median(known)
    mad = MAD_TO_SD * median(abs(x - centre) for x in known)
    df = len(known) - 1
    variance = (PRIOR_DF * usual_spread**2 + df * mad**2) / (PRIOR_DF + df)
    return Peers(centre=centre, spread=sqrt(variance), df=PRIOR_DF + df, values=tuple(known))
