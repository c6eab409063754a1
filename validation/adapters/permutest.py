"""metafor's permutation tests."""

from __future__ import annotations

from typing import Any

from remit.core.estimate import NotEstimable
from remit.synthesis.moderators import permutation_interval, permutation_test
from validation.adapters.rma_uni import UniState
from validation.contract import AdapterTable, NotComputed, ParameterTable, Result

__all__ = ["ADAPTERS", "NOT_COMPUTED", "PARAMS"]


def permutest(args: dict[str, Any]) -> Result:
    """Test the coefficients by permutation."""
    state: UniState = args["x"].state
    if not args.get("exact"):
        raise NotComputed("random permutations, which depend on R's generator")
    found = permutation_test(state.fit, exact=True)
    values: dict[str, Any] = {"pval": found.p_value, "QMp": found.q_m_p}
    if args.get("permci"):
        ends = [permutation_interval(state.fit, i, exact=True) for i in range(state.fit.p)]
        values["ci.lb"] = [e if isinstance(e, NotEstimable) else e.low for e in ends]
        values["ci.ub"] = [e if isinstance(e, NotEstimable) else e.high for e in ends]
    return Result(values=values, state=found)


ADAPTERS: AdapterTable = {"permutest": permutest}

PARAMS: ParameterTable = {"permutest": ("x", "exact", "iter", "permci")}

NOT_COMPUTED: dict[str, str] = {}
