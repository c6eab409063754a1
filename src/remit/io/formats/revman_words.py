"""The words that RevMan uses for measures, methods and models, in its files and exports."""

from __future__ import annotations

import re

__all__ = [
    "RATIO_MEASURES",
    "estimator_of",
    "interval_of",
    "is_swapped",
    "measure_of",
    "method_of",
    "model_of",
]

#: Measures that are pooled as logarithms.
RATIO_MEASURES = frozenset({"OR", "RR", "PETO", "HR", "IRR", "ROM"})
_MEASURES = {
    "or": "OR",
    "oddsratio": "OR",
    "rr": "RR",
    "riskratio": "RR",
    "relativerisk": "RR",
    "rd": "RD",
    "riskdifference": "RD",
    "petoor": "PETO",
    "petooddsratio": "PETO",
    "md": "MD",
    "wmd": "MD",
    "meandifference": "MD",
    "smd": "SMD",
    "stdmeandifference": "SMD",
    "standardizedmeandifference": "SMD",
    "standardisedmeandifference": "SMD",
    "hr": "HR",
    "hazardratio": "HR",
    "irr": "IRR",
    "rateratio": "IRR",
    "incidencerateratio": "IRR",
    "rom": "ROM",
    "ratioofmeans": "ROM",
}
_METHODS = {
    "mh": "MH",
    "mantelhaenszel": "MH",
    "iv": "IV",
    "inverse": "IV",
    "inversevariance": "IV",
    "peto": "Peto",
    "expoev": "Peto",
    "expoevar": "Peto",
    "expoevariance": "Peto",
}


def _plain(words: str) -> str:
    return re.sub(r"[^a-z]", "", words.lower())


def measure_of(words: str) -> str:
    """Return metafor's code for RevMan's name of a measure; empty where it is not known.

    What stands in brackets, such as ``(Non-event)``, is passed over.
    """
    plain = _plain(re.sub(r"\([^)]*\)", "", words))
    if plain.startswith("log") and plain[3:] in _MEASURES:
        plain = plain[3:]
    return _MEASURES.get(plain, "")


def method_of(words: str) -> str:
    """Return ``MH``, ``IV`` or ``Peto``; empty where the name is not known."""
    return _METHODS.get(_plain(words), "")


def model_of(words: str) -> str:
    """Return ``fixed`` or ``random``; empty where the word is not known."""
    plain = _plain(words)
    if plain.startswith(("fixed", "common")):
        return "fixed"
    return "random" if plain.startswith("random") else ""


def estimator_of(words: str) -> str:
    """Return metafor's code of an estimator of tau2; empty where the name is not known."""
    plain = _plain(words)
    if "restricted" in plain or plain == "reml":
        return "REML"
    return "DL" if "dersimonian" in plain or plain == "dl" else ""


def interval_of(words: str) -> str:
    """Return ``HKSJ`` or ``z``; empty where the name of the interval is not known."""
    plain = _plain(words)
    if "hksj" in plain or "hartung" in plain:
        return "HKSJ"
    return "z" if "wald" in plain else ""


def is_swapped(words: str) -> bool:
    """Tell whether the name of a measure says that people without the event were analysed."""
    return "nonevent" in _plain(words)
