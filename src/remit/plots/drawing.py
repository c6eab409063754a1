"""From any layout to its drawing, and to a file."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

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
from remit.plots.svg import figure_svg, save_figure
from remit.plots.tau2_profile import Tau2ProfileLayout, draw_tau2_profile

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Layout", "Plot", "draw"]

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


OneLayout = TypeVar("OneLayout", bound=Layout, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plot(Generic[OneLayout]):
    """A figure that is laid out: its numbers, and ways to draw and save it.

    Attributes
    ----------
    layout : layout of the figure
        Every place and text as numbers, such as a `ForestLayout`.
    title, alt : str
        Short name, and what the figure shows, for those who do not see it.
    """

    layout: OneLayout
    title: str
    alt: str

    def savefig(self, path: Path | str, *, dpi: int = 300) -> None:
        """Write the figure to a file; the same figure gives the same bytes.

        Parameters
        ----------
        path : path-like
            Ends in ``.svg``, ``.png`` or ``.pdf``.
        dpi : int
            Dots per inch of a PNG.

        Raises
        ------
        SpecError
            If the suffix is another one.
        InputError
            If the folder does not exist.
        """
        save_figure(self.draw(), path, dpi)

    def draw(self) -> Figure:
        """Return the figure as one of matplotlib, for those who want to add to it."""
        return draw(self.layout)

    def to_svg(self, css_prefix: str = "") -> str:
        """Return the figure as inline SVG, see `remit.plots.svg.figure_svg`.

        Parameters
        ----------
        css_prefix : str
            Start of all ids and classes; by default made from the layout, so that figures that
            differ have different ones.
        """
        prefix = css_prefix or f"f{sha256(repr(self.layout).encode()).hexdigest()[:10]}"
        return figure_svg(self.draw(), title=self.title, description=self.alt, css_prefix=prefix)

    def _repr_svg_(self) -> str:
        """Show the figure in a notebook."""
        return self.to_svg()
