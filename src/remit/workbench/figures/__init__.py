"""Figures of results: each function takes what the engine returns, and lays it out."""

from remit.workbench.figures.baujat import plot_baujat
from remit.workbench.figures.bubble import plot_bubble
from remit.workbench.figures.drapery import plot_drapery
from remit.workbench.figures.forest import plot_forest
from remit.workbench.figures.funnel import plot_funnel
from remit.workbench.figures.gosh import plot_gosh
from remit.workbench.figures.labbe import plot_labbe
from remit.workbench.figures.radial import plot_radial
from remit.workbench.figures.specification_curve import plot_specification_curve
from remit.workbench.figures.tau2_profile import plot_tau2_profile

__all__ = [
    "plot_baujat",
    "plot_bubble",
    "plot_drapery",
    "plot_forest",
    "plot_funnel",
    "plot_gosh",
    "plot_labbe",
    "plot_radial",
    "plot_specification_curve",
    "plot_tau2_profile",
]
