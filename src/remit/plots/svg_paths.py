"""Paths of an SVG in short: many straight lines with relative steps."""

from __future__ import annotations

import re

__all__ = ["shorten_path"]

_NUMBER = r"-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?"
_STEP = re.compile(rf"\s*([ML])\s*({_NUMBER})[\s,]+({_NUMBER})\s*")


def shorten_path(data: str) -> str:
    """Return the same path with steps from point to point, in hundredths of a point.

    Points are rounded before their differences are taken, so that no rounding adds up.

    Parameters
    ----------
    data : str
        The attribute ``d``.

    Returns
    -------
    str
        Unchanged unless the path has several pieces of straight lines (``M`` and ``L`` only).
    """
    steps = _STEP.findall(data)
    if data.count("M") < 2 or data[:1] != "M" or _STEP.sub("", data):
        return data
    written, at = [], (0, 0)
    for kind, x, y in steps:
        place = (round(100 * float(x)), round(100 * float(y)))
        across, down = place[0] - at[0], place[1] - at[1]
        if kind == "M":
            written.append(f"m{_pair(across, down)}")
        elif down == 0:
            written.append(f"h{_short(across)}")
        elif across == 0:
            written.append(f"v{_short(down)}")
        else:
            written.append(f"l{_pair(across, down)}")
        at = place
    return "M" + "".join(written)[1:]


def _pair(across: int, down: int) -> str:
    second = _short(down)
    return _short(across) + (second if second.startswith("-") else f" {second}")


def _short(hundredths: int) -> str:
    sign, (whole, rest) = "-" if hundredths < 0 else "", divmod(abs(hundredths), 100)
    part = f".{rest:02d}".rstrip("0") if rest else ""
    return f"{sign}{whole or ('' if part else '0')}{part}"
