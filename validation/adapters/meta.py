"""R's meta: metagen and the functions that pool arm data by its conventions."""

from __future__ import annotations

from typing import Any

import numpy as np

from remit.synthesis.convert import se_from_interval, se_from_p
from validation.adapters.meta_bias import metabias, trimfill
from validation.adapters.meta_counts import metabin, metainc
from validation.adapters.meta_groups import metacont, metacor, metamean, metaprop, metarate
from validation.adapters.meta_pooling import pooled_result
from validation.adapters.meta_regression import metareg
from validation.adapters.meta_series import blup, metacum, metainf
from validation.contract import AdapterTable, Array, NotComputed, ParameterTable, Result

__all__ = ["ADAPTERS", "NOT_COMPUTED", "PARAMS"]


def _std_errors(args: dict[str, Any]) -> Array:
    """Return the standard errors given, or those behind an interval or a p value."""
    if args.get("seTE") is not None:
        return np.asarray(args["seTE"], dtype=float)
    if args.get("lower") is not None:
        pairs = zip(args["lower"], args["upper"], strict=True)
        return np.array([se_from_interval(low, high) for low, high in pairs])
    return np.array([se_from_p(y, p) for y, p in zip(args["TE"], args["pval"], strict=True)])


def metagen(args: dict[str, Any]) -> Result:
    """Pool effects with standard errors."""
    if args.get("cluster") is not None:
        raise NotComputed("the three-level model (cluster=) comes with the multilevel models")
    effect = np.asarray(args["TE"], dtype=float)
    excluded = args.get("exclude")
    used = np.ones(len(effect), dtype=bool) if excluded is None else ~np.asarray(excluded)
    return pooled_result(effect, _std_errors(args), args, used=used)


ADAPTERS: AdapterTable = {
    "blup": blup,
    "metabin": metabin,
    "metabias": metabias,
    "metacont": metacont,
    "metacor": metacor,
    "metacum": metacum,
    "metagen": metagen,
    "metainc": metainc,
    "metainf": metainf,
    "metamean": metamean,
    "metaprop": metaprop,
    "metarate": metarate,
    "metareg": metareg,
    "trimfill": trimfill,
}

PARAMS: ParameterTable = {
    "metabin": ("event.e", "n.e", "event.c", "n.c", "studlab", "data"),
    "metacont": ("n.e", "mean.e", "sd.e", "n.c", "mean.c", "sd.c", "studlab", "data"),
    "metacor": ("cor", "n", "studlab", "data"),
    "metagen": ("TE", "seTE", "studlab", "data", "subset", "exclude", "cluster"),
    "metainc": ("event.e", "time.e", "event.c", "time.c", "studlab", "data"),
    "metamean": ("n", "mean", "sd", "studlab", "data"),
    "metaprop": ("event", "n", "studlab", "data"),
    "metarate": ("event", "time", "studlab", "data"),
    "metabias": ("x", "method.bias"),
    "metacum": ("x", "pooled", "sortvar"),
    "metainf": ("x", "pooled", "sortvar"),
    "metareg": ("x", "formula"),
    "trimfill": ("x", "left", "common", "type"),
    "blup": ("x",),
    "nnt": ("x", "p.c"),
}

NOT_COMPUTED: dict[str, str] = {
    "nnt": "numbers needed to treat from a pooled ratio and a baseline risk",
    "or2smd": "conversion of one pooled value; effects are converted study by study",
}
