"""The factor that takes the small-sample bias out of a standardized mean."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from remit.synthesis.effects.kernel import FloatArray

__all__ = ["hedges_factor"]

_SERIES_FROM = 40.0
_SERIES = (1 / 64, -19 / 2**13, 631 / 2**19, -174317 / 2**27)


def hedges_factor(df: FloatArray) -> FloatArray:
    """Return the exact factor that removes the bias of a standardized mean.

    J(m) = Gamma(m/2) / (sqrt(m/2) Gamma((m-1)/2)), Hedges 1981 (J Educ Stat 6:107), eq. 6e. From
    m = 40 on the asymptotic series of the ratio about m/2 - 3/4 is used (even powers only, four
    terms; error below 1e-15), because the difference of two log-gammas loses digits there.

    Parameters
    ----------
    df : (k,) float array
        Degrees of freedom of the SD.

    Returns
    -------
    (k,) float array
        Factor below 1; NaN where ``df`` is not above 1, as the mean of d does not exist there.
    """
    m = np.asarray(df, dtype=np.float64)
    small = np.where(m > 1.0, np.minimum(m, _SERIES_FROM), np.nan)
    exact = np.exp(gammaln(0.5 * small) - gammaln(0.5 * (small - 1.0))) / np.sqrt(0.5 * small)
    w = 0.5 * np.maximum(m, _SERIES_FROM) - 0.75
    series = np.ones_like(w)
    for power, coefficient in enumerate(_SERIES, start=1):
        series = series + coefficient / w ** (2 * power)
    large = np.sqrt(w / (w + 0.75)) * series
    return np.where(m >= _SERIES_FROM, large, exact)
