"""Every defensible analysis: all combinations of declared choices, pooled, and what moves them."""

from remit.synthesis.multiverse.axes import Alternative, Axis
from remit.synthesis.multiverse.moves import AxisMove, SingleChange
from remit.synthesis.multiverse.result import Multiverse
from remit.synthesis.multiverse.run import multiverse, multiverse_of_shares

__all__ = [
    "Alternative",
    "Axis",
    "AxisMove",
    "Multiverse",
    "SingleChange",
    "multiverse",
    "multiverse_of_shares",
]
