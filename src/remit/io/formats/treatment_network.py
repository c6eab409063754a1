"""Which treatments hang together by studies that compare them."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["network_pieces", "network_sentences"]


def network_pieces(studies: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the pieces of a network: treatments that no study links are in different ones.

    Parameters
    ----------
    studies : sequence of sequence of str
        The treatments of each study.

    Returns
    -------
    list of list of str
        Each piece in the order of the file.
    """
    pieces: list[list[str]] = []
    for treatments in studies:
        linked = [piece for piece in pieces if set(piece) & set(treatments)]
        merged = [name for piece in linked for name in piece]
        merged += [name for name in dict.fromkeys(treatments) if name not in merged]
        if linked:
            pieces[pieces.index(linked[0])] = merged
            pieces = [piece for piece in pieces if not any(piece is one for one in linked[1:])]
        elif merged:
            pieces.append(merged)
    return pieces


def network_sentences(studies: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Say that a network is in pieces; nothing where it is whole."""
    pieces = network_pieces(studies)
    if len(pieces) < 2:
        return ()
    shown = "; ".join(f"{{{', '.join(piece)}}}" for piece in pieces)
    return (
        f"No study links these groups of treatments, so that they cannot be compared: {shown}.",
    )
