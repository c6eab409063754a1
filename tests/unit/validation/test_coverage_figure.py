"""Nothing in the figure of coverage is clipped or left out."""

import json

import pytest
from matplotlib.text import Text
from validation.coverage import STORED
from validation.coverage_figure import draw_coverage


@pytest.fixture(scope="module")
def figure():
    return draw_coverage(json.loads(STORED.read_text(encoding="utf-8"))["rows"])


def test_every_text_lies_on_the_figure(figure):
    renderer = figure.canvas.get_renderer()
    width, height = figure.canvas.get_width_height()
    texts = figure.findobj(Text)
    assert len(texts) > 40
    for text in filter(lambda t: t.get_text(), texts):
        box = text.get_window_extent(renderer)
        assert box.x0 >= 0, text
        assert box.y0 >= 0, text
        assert box.x1 <= width, text
        assert box.y1 <= height, text


def test_every_interval_is_named_and_marked_in_every_scenario(figure):
    said = [text.get_text() for text in figure.findobj(Text)]
    assert said.count("Bayes") == 3
    assert "known tau2" not in said
    assert said.count("58") == 3  # the common effect with I2 of 75 %, off the axis
    # 21 intervals in nine scenarios, less the three off the axis; 5 ticks and an axis by panel
    assert len(figure.axes[0].lines) == 9 * 21 - 3 + 3 * 6
