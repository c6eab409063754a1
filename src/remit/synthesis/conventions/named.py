"""The conventions of metafor, RevMan, meta and Stata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any

from remit.core.checks import check_choice
from remit.core.errors import SpecError
from remit.synthesis.conventions.rules import Choice, Convention, ZeroCells
from remit.synthesis.spec import RandomEffects

__all__ = ["CONVENTIONS", "convention"]

_METAFOR = "metafor 5.0-1, rma.uni and escalc: default arguments"
_META = "meta 8.3-0, metagen and metabin: default settings, seen in their results"
_COCHRANE = (
    "Cochrane Methods, Random-effects meta-analysis methods for Intervention Reviews, "
    "with its updates of May 2024 and January 2025"
)
_STATA = "Stata printout of meta summarize with its defaults (statalist.org, thread 1696829)"
_STATA_UNREAD = "not found in Stata's manual as far as it could be read; "

_FROM_TAU2 = "takes I2 from tau2 and the typical variance"
_EACH_CELL = "adds 0.5 to each cell of a study with a zero, so that a risk is out of "
_NORMAL = "uses the normal distribution"
_NO_FLOOR = "sets no floor under the standard error"
_KEEPS = "keeps studies without events in either arm"
_LEAVES_OUT = (
    "leaves out studies without events in either arm (odds ratios: and with events in everybody)"
)
_Q_PROFILE = "gives the Q-profile interval of tau2"

_CONVENTIONS = (
    Convention(
        name="metafor",
        program="metafor 5.0-1 (R), rma() with its defaults",
        spec=RandomEffects(tau2="REML", interval="z", floor=False, prediction="z"),
        i2_from="tau2",
        zero_cells=ZeroCells(denominator="n + 1", drop00=False),
        choices={
            "tau2": Choice(rule="estimates tau2 by REML", source=_METAFOR),
            "tau2 interval": Choice(rule=_Q_PROFILE, source="metafor 5.0-1, confint"),
            "interval": Choice(rule=_NORMAL, source=f"{_METAFOR}: test='z'"),
            "floor": Choice(rule=_NO_FLOOR, source=_METAFOR),
            "prediction": Choice(
                rule="uses the distribution of its interval, the normal",
                source="metafor 5.0-1, predict.rma; with test='knha' t with k - 1 df and the "
                "Hartung-Knapp standard error, with predtype='Riley' t with k - 2 df",
            ),
            "I2": Choice(rule=_FROM_TAU2, source="metafor 5.0-1, rma.uni"),
            "zero cells": Choice(
                rule=f"{_EACH_CELL}n + 1", source="metafor 5.0-1, escalc: add=1/2, to='only0'"
            ),
            "double zero": Choice(
                rule=_KEEPS,
                source="metafor 5.0-1, escalc: drop00=FALSE",
            ),
        },
    ),
    Convention(
        name="revman-2025",
        program="RevMan since January 2025, with the methods that Cochrane recommends",
        spec=RandomEffects(tau2="REML", interval="HKSJ", floor=False, prediction="HKSJ k-1"),
        i2_from="tau2",
        zero_cells=ZeroCells(denominator="n + 1", drop00=True),
        choices={
            "tau2": Choice(rule="estimates tau2 by REML", source=_COCHRANE),
            "tau2 interval": Choice(rule=_Q_PROFILE, source=_COCHRANE),
            "interval": Choice(
                rule="uses the Hartung-Knapp-Sidik-Jonkman interval, t with k - 1 df",
                source=f"{_COCHRANE}; when RevMan withholds it could not be read",
            ),
            "floor": Choice(
                rule=_NO_FLOOR,
                source="whether RevMan has a floor could not be read; none is assumed",
                read=False,
            ),
            "prediction": Choice(
                rule="uses t with k - 1 df and the Hartung-Knapp standard error",
                source="Cochrane names the t or the normal distribution; which degrees of freedom "
                "RevMan uses, and when it withholds the interval, could not be read; those of "
                "its confidence interval are assumed",
                read=False,
            ),
            "I2": Choice(rule=_FROM_TAU2, source=f"{_COCHRANE} (May 2024)"),
            "zero cells": Choice(
                rule=f"{_EACH_CELL}n + 1",
                source="meta 8.3-0, metabin: RR.Cochrane=TRUE is RevMan's rule",
            ),
            "double zero": Choice(
                rule=_LEAVES_OUT,
                source="Cochrane Handbook, chapter 10.4.4: they say nothing on odds and risk "
                "ratios; RevMan lists them as not estimable",
            ),
        },
    ),
    Convention(
        name="meta",
        program="meta 8.3-0 (R), metagen() or metabin(method='Inverse') with their defaults",
        spec=RandomEffects(tau2="REML", interval="z", floor=False, prediction="HTS k-1"),
        i2_from="Q",
        zero_cells=ZeroCells(denominator="n + 0.5", drop00=True),
        choices={
            "tau2": Choice(rule="estimates tau2 by REML", source=_META),
            "tau2 interval": Choice(rule=_Q_PROFILE, source=f"{_META}: method.tau.ci='QP'"),
            "interval": Choice(rule=_NORMAL, source=f"{_META}: method.random.ci='classic'"),
            "floor": Choice(rule=_NO_FLOOR, source=f"{_META}: adhoc.hakn.ci=''"),
            "prediction": Choice(
                rule="uses t with k - 1 df and the usual standard error",
                source=f"{_META}: method.predict='V'",
            ),
            "I2": Choice(rule="takes I2 from Q", source=_META),
            "zero cells": Choice(
                rule="adds 0.5 to the events of a study with a zero, so that a risk is out of "
                "n + 0.5 (odds ratios: 0.5 to each cell)",
                source=f"{_META}: RR.Cochrane=FALSE",
            ),
            "double zero": Choice(
                rule=_LEAVES_OUT,
                source=f"{_META}: allstudies=FALSE",
            ),
        },
    ),
    Convention(
        name="stata",
        program="Stata 16 or later, meta summarize with its defaults",
        spec=RandomEffects(tau2="REML", interval="z", floor=False, prediction="HTS k-2"),
        i2_from="tau2",
        zero_cells=ZeroCells(denominator="n + 1", drop00=False),
        choices={
            "tau2": Choice(rule="estimates tau2 by REML", source=_STATA),
            "tau2 interval": Choice(
                rule="prints no interval of tau2; the Q-profile interval stands here",
                source=_STATA,
            ),
            "interval": Choice(rule=_NORMAL, source=f"{_STATA}: z test"),
            "floor": Choice(rule=_NO_FLOOR, source=f"{_STATA}: z test"),
            "prediction": Choice(
                rule="uses t with k - 2 df and the usual standard error",
                source=f"{_STATA_UNREAD}assumed as Higgins, Thompson & Spiegelhalter 2009 "
                "define it",
                read=False,
            ),
            "I2": Choice(
                rule=_FROM_TAU2,
                source=f"{_STATA}: I2 5.30 % with Q 6.34 on 9 df, where I2 from Q would be 0",
            ),
            "zero cells": Choice(
                rule=f"{_EACH_CELL}n + 1",
                source=f"{_STATA_UNREAD}assumed as in metafor",
                read=False,
            ),
            "double zero": Choice(
                rule=_KEEPS,
                source=f"{_STATA_UNREAD}assumed as in metafor",
                read=False,
            ),
        },
    ),
)

#: The conventions by name.
CONVENTIONS: Mapping[str, Convention] = MappingProxyType({c.name: c for c in _CONVENTIONS})


def convention(name: str, **changes: Any) -> RandomEffects:
    """Return the choices of a program, ready for `remit.pool`.

    Parameters
    ----------
    name : str
        ``metafor``, ``revman-2025``, ``meta`` or ``stata``; see `CONVENTIONS`, which gives each
        choice in words with its source and says which of them could not be read.
    **changes
        Fields of `RandomEffects` that are to be otherwise, such as ``level=0.9``, or
        ``interval="HKSJ", prediction="HKSJ k-1"`` for metafor's ``test="knha"``.

    Raises
    ------
    SpecError
        If there is no convention of this name, or no such choice.
    """
    check_choice("name", name, tuple(CONVENTIONS))
    known = tuple(field.name for field in fields(RandomEffects))
    for key in changes:
        if key not in known:
            raise SpecError.at(
                f"argument '{key}'", found="a choice that is not known", expected=", ".join(known)
            )
    return replace(CONVENTIONS[name].spec, **changes)
