"""What is believed about tau and mu before the studies are seen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_choice, check_positive
from remit.core.errors import InputError, RemitError, SpecError
from remit.synthesis.bayes.prior_families import FAMILIES, Family

__all__ = ["NormalPrior", "TauPrior"]

FloatArray = npt.NDArray[np.float64]
_NO_VARIANCES = np.empty(0)
_REAL = ("location",)  # parameters that may have any sign


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalPrior:
    """A normal prior for the mean effect.

    Attributes
    ----------
    mean, sd : float
        In the units of the effect.
    """

    mean: float = 0.0
    sd: float

    def __post_init__(self) -> None:
        check_positive("sd", self.sd)
        if not math.isfinite(self.mean):
            raise InputError.at(
                "argument 'mean'", found=repr(self.mean), expected="a finite number"
            )

    @property
    def label(self) -> str:
        """Return the prior in words."""
        return f"normal(mean {self.mean:g}, sd {self.sd:g})"

    def to_dict(self) -> dict[str, Any]:
        """Return the prior as a plain dictionary."""
        return {"mean": self.mean, "sd": self.sd, "label": self.label}


@dataclass(frozen=True, slots=True, kw_only=True)
class TauPrior:
    """A prior for tau, the standard deviation of true effects between studies.

    Make one by the named constructors, such as ``TauPrior.half_normal(0.5)``. The names of those
    without parameters are bayesmeta's (Roever 2020, J Stat Softw 93(6), sec. 2.2).

    Attributes
    ----------
    family : str
        Name of the distribution.
    parameters : tuple of float
        In the order of `Family.names`; scales are in the units of the effect.
    measure : str
        The one measure that the prior is meant for, such as ``OR``; empty for any.
    source : str
        Where the parameters come from.
    caution : str
        What the user of these parameters should know; empty if nothing.
    """

    family: str
    parameters: tuple[float, ...] = ()
    measure: str = ""
    source: str = ""
    caution: str = ""

    def __post_init__(self) -> None:
        check_choice("family", self.family, tuple(FAMILIES))
        names = self._family.names
        if len(names) != len(self.parameters):
            raise SpecError.at(
                "argument 'parameters'",
                found=f"{len(self.parameters)} numbers",
                expected=f"{len(names)} for {self.family}: {', '.join(names) or 'none'}",
            )
        for name, value in zip(names, self.parameters, strict=True):
            if name not in _REAL:
                check_positive(name, value)
            elif not math.isfinite(value):
                raise InputError.at(
                    f"argument '{name}'", found=repr(value), expected="a finite number"
                )

    @classmethod
    def half_normal(cls, scale: float) -> TauPrior:
        """Return the half-normal prior; ``scale`` is the sd of the normal."""
        return cls(family="half-normal", parameters=(scale,))

    @classmethod
    def half_cauchy(cls, scale: float) -> TauPrior:
        """Return the half-Cauchy prior; its median is ``scale``."""
        return cls(family="half-t", parameters=(1.0, scale))

    @classmethod
    def half_t(cls, df: float, scale: float) -> TauPrior:
        """Return the half-Student-t prior (Gelman 2006)."""
        return cls(family="half-t", parameters=(df, scale))

    @classmethod
    def exponential(cls, rate: float) -> TauPrior:
        """Return the exponential prior, whose mean is 1/rate."""
        return cls(family="exponential", parameters=(rate,))

    @classmethod
    def log_normal(cls, location: float, scale: float) -> TauPrior:
        """Return the prior under which log(tau) is normal."""
        return cls(family="log-normal", parameters=(location, scale))

    @classmethod
    def log_t(cls, location: float, scale: float, df: float) -> TauPrior:
        """Return the prior under which (log(tau) - location)/scale is Student t."""
        return cls(family="log-t", parameters=(location, scale, df))

    @classmethod
    def uniform(cls, upper: float) -> TauPrior:
        """Return the prior uniform between 0 and ``upper``."""
        return cls(family="uniform", parameters=(upper,))

    @classmethod
    def improper_uniform(cls) -> TauPrior:
        """Return the prior uniform over all tau >= 0 (bayesmeta's ``uniform``)."""
        return cls(family="improper uniform")

    @classmethod
    def sqrt(cls) -> TauPrior:
        """Return tau^(-1/2), uniform in the root of tau; improper."""
        return cls(family="sqrt")

    @classmethod
    def jeffreys(cls) -> TauPrior:
        """Return the root of the sum of (tau/(v + tau^2))^2; improper (Bodnar 2017)."""
        return cls(family="Jeffreys")

    @classmethod
    def berger_deely(cls) -> TauPrior:
        """Return tau times the product of (v + tau^2)^(-1/k); improper (Berger & Deely 1988)."""
        return cls(family="BergerDeely")

    @classmethod
    def conventional(cls) -> TauPrior:
        """Return tau times the product of (v + tau^2)^(-3/(2k)) (Berger & Deely 1988)."""
        return cls(family="conventional")

    @classmethod
    def dumouchel(cls) -> TauPrior:
        """Return s/(s + tau)^2, s^2 the harmonic mean of the variances (DuMouchel 1995)."""
        return cls(family="DuMouchel")

    @classmethod
    def shrinkage(cls) -> TauPrior:
        """Return the uniform shrinkage prior, on the harmonic mean variance (Daniels 1999)."""
        return cls(family="shrinkage")

    @classmethod
    def i2(cls) -> TauPrior:
        """Return the prior under which I2 is uniform."""
        return cls(family="I2")

    @property
    def _family(self) -> Family:
        return FAMILIES[self.family]

    @property
    def proper(self) -> bool:
        """Whether the prior is a probability distribution."""
        return self._family.proper

    @property
    def normalised(self) -> bool:
        """Whether `log_density` includes the constant that makes it integrate to one."""
        return self._family.normalised

    @property
    def upper(self) -> float:
        """Largest tau that the prior allows, infinite for most."""
        return float(self.parameters[0]) if self.family == "uniform" else math.inf

    @property
    def tail(self) -> float:
        """Exponent a of the density's tail tau^-a, infinite where it is lighter."""
        return self.parameters[0] + 1.0 if self.family == "half-t" else self._family.tail

    @property
    def slow_tail(self) -> bool:
        """Whether the density has a logarithmic factor that makes an exponent of 1 integrable."""
        return self.family == "log-t"

    @property
    def at_zero(self) -> float:
        """Density at tau = 0: 0, infinite, or 1 for finite and positive."""
        return self._family.at_zero

    @property
    def label(self) -> str:
        """Return the prior in words."""
        if self.family == "half-t" and self.parameters[0] == 1.0:
            return f"half-Cauchy(scale {self.parameters[1]:g})"
        pairs = zip(self._family.names, self.parameters, strict=True)
        inside = ", ".join(f"{name} {value:g}" for name, value in pairs)
        return f"{self.family}({inside})" if inside else self.family

    def log_density(self, tau: Any, variance: Any = None) -> FloatArray:
        """Return the log density at each tau > 0.

        Parameters
        ----------
        tau : (m,) array-like
            Standard deviations above zero.
        variance : (k,) array-like, optional
            Sampling variances, for the priors that depend on them.

        Raises
        ------
        SpecError
            If the prior depends on the variances and too few are given.
        """
        with np.errstate(over="ignore"):  # a light tail that overflows is a density of zero
            return self._family.log_density(
                np.atleast_1d(np.asarray(tau, dtype=np.float64)),
                self.parameters,
                self._variances(variance),
            )

    def slope(self, tau: Any, variance: Any = None) -> FloatArray:
        """Return the derivative of `log_density` in log(tau), at each tau > 0."""
        with np.errstate(over="ignore"):
            return self._family.slope(
                np.atleast_1d(np.asarray(tau, dtype=np.float64)),
                self.parameters,
                self._variances(variance),
            )

    def cdf(self, tau: float) -> float:
        """Return the prior probability of a smaller tau; families with parameters only."""
        if self._family.cdf is None:
            raise self._no_distribution()
        if tau <= 0:
            return 0.0
        return float(self._family.cdf(np.asarray(float(tau)), self.parameters))

    def quantile(self, probability: float) -> float:
        """Return the prior quantile of tau; families with parameters only."""
        if self._family.quantile is None:
            raise self._no_distribution()
        return float(self._family.quantile(np.asarray(float(probability)), self.parameters))

    def _no_distribution(self) -> RemitError:
        return SpecError.at(
            "argument 'tau_prior'",
            found=self.label,
            expected="a proper prior whose distribution does not depend on the studies",
        )

    def _variances(self, variance: Any) -> FloatArray:
        need = self._family.needs_studies
        v = _NO_VARIANCES if variance is None else np.asarray(variance, dtype=np.float64)
        if v.size < need:
            raise SpecError.at(
                "argument 'tau_prior'",
                found=f"{self.label} with {v.size} sampling variances",
                expected=f"at least {need}, on which this prior depends",
            )
        return v

    def to_dict(self) -> dict[str, Any]:
        """Return the prior as a plain dictionary."""
        return {
            "family": self.family,
            "parameters": dict(zip(self._family.names, self.parameters, strict=True)),
            "label": self.label,
            "proper": self.proper,
            "measure": self.measure,
            "source": self.source,
            "caution": self.caution,
        }
