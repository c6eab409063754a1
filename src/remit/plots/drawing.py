"""From any layout to its drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remit.plots.baujat import BaujatLayout, draw_baujat
from remit.plots.bubble import BubbleLayout, draw_bubble
from remit.plots.drapery import DraperyLayout, draw_drapery
from remit.plots.durability import DurabilityLayout, draw_durability
from remit.plots.events import EventsLayout, draw_events
from remit.plots.forest import ForestLayout, draw_forest
from remit.plots.funnel import FunnelLayout, draw_funnel
from remit.plots.gosh import GoshLayout, draw_gosh
from remit.plots.labbe import LabbeLayout, draw_labbe
from remit.plots.question_map import QuestionMapLayout, draw_question_map
from remit.plots.radial import RadialLayout, draw_radial
from remit.plots.regimens import RegimensLayout, draw_regimens
from remit.plots.specification_curve import (
    SpecificationCurveLayout,
    draw_specification_curve,
)
from remit.plots.tau2_profile import Tau2ProfileLayout, draw_tau2_profile

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Layout", "draw"]

Layout = (
    ForestLayout
    | DurabilityLayout
    | RegimensLayout
    | EventsLayout
    | QuestionMapLayout
    | FunnelLayout
    | RadialLayout
    | LabbeLayout
    | BaujatLayout
    | BubbleLayout
    | GoshLayout
    | SpecificationCurveLayout
    | Tau2ProfileLayout
    | DraperyLayout
)


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
        case FunnelLayout():
            return draw_funnel(layout)
        case RadialLayout():
            return draw_radial(layout)
        case LabbeLayout():
            return draw_labbe(layout)
        case BaujatLayout():
            return draw_baujat(layout)
        case BubbleLayout():
            return draw_bubble(layout)
        case GoshLayout():
            return draw_gosh(layout)
        case SpecificationCurveLayout():
            return draw_specification_curve(layout)
        case Tau2ProfileLayout():
            return draw_tau2_profile(layout)
        case DraperyLayout():
            return draw_drapery(layout)
