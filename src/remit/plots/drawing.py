"""From any layout to its drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remit.plots.durability import DurabilityLayout, draw_durability
from remit.plots.events import EventsLayout, draw_events
from remit.plots.forest import ForestLayout, draw_forest
from remit.plots.question_map import QuestionMapLayout, draw_question_map
from remit.plots.regimens import RegimensLayout, draw_regimens

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Layout", "draw"]

Layout = ForestLayout | DurabilityLayout | RegimensLayout | EventsLayout | QuestionMapLayout


def draw(layout: Layout) -> Figure:
    """Draw a layout, whatever its kind."""
    match layout:
        case ForestLayout():
            return draw_forest(layout)
        case DurabilityLayout():
            return draw_durability(layout)
        case RegimensLayout():
            return draw_regimens(layout)
        case EventsLayout():
            return draw_events(layout)
        case QuestionMapLayout():
            return draw_question_map(layout)
