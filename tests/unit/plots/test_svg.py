"""Inline SVG is small, self-contained, accessible and recolourable; files are reproducible."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib
import pytest
from matplotlib.figure import Figure

from remit.core.errors import InputError, SpecError
from remit.plots.forest import ForestGroup, ForestRow, ForestSpec, draw_forest, forest_layout
from remit.plots.style import COLOURS
from remit.plots.svg import figure_svg, save_figure


@pytest.fixture
def figure() -> Figure:
    row = ForestRow(
        label="Benish & <others> 2019",
        effect=-1,
        ci_low=-2,
        ci_high=0.5,
        weight=1,
        style="assumed",
    )
    groups = [ForestGroup(title="Ketamine", rows=(row,))]
    return draw_forest(forest_layout(groups, ForestSpec(axis_label="$x$ difference")))


def inline(figure: Figure, prefix: str = "fig-a") -> str:
    return figure_svg(figure, title="A & B", description="One < two", css_prefix=prefix)


def parse(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314  our own output, no foreign file


def test_it_is_one_element_without_prolog_or_fixed_size(figure: Figure) -> None:
    svg = inline(figure)
    root = parse(svg)
    assert svg.startswith("<svg")
    assert root.get("class") == "remit-figure"
    assert "width" not in root.attrib
    assert "height" not in root.attrib
    assert re.fullmatch(r"0 0 [\d.]+ [\d.]+", root.get("viewBox", ""))


def test_screen_readers_hear_title_and_description(figure: Figure) -> None:
    root = parse(inline(figure))
    assert root.get("role") == "img"
    named = {e.get("id"): e.text for e in root.iter() if e.get("id")}
    labelled = root.get("aria-labelledby", "").split()
    assert [named[i] for i in labelled] == ["A & B", "One < two"]


def test_text_stays_text_with_its_special_characters(figure: Figure) -> None:
    texts = [e.text for e in parse(inline(figure)).iter("{http://www.w3.org/2000/svg}text")]
    assert "Benish & <others> 2019" in texts
    assert "$x$ difference" in texts


def test_every_role_colour_is_a_variable(figure: Figure) -> None:
    svg = inline(figure)
    bare = re.sub(r"var\(--fig-[a-z]+,#[0-9a-f]{6}\)", "", svg)
    assert not re.search(r"#[0-9a-fA-F]{6}", bare)
    for role in ("ink", "muted", "accent", "paper", "rule"):
        assert f"var(--fig-{role},{COLOURS[role]})" in svg


def test_the_background_is_transparent(figure: Figure) -> None:
    svg = inline(figure)
    size = re.search(r'viewBox="0 0 ([\d.]+)', svg)
    assert size is not None
    paths = re.findall(r'<path d="([^"]+)" class="([^"]+)"', svg)
    wide = f"L {float(size[1]):g}"
    assert paths
    assert not any(wide in d for d, _ in paths)


def test_ids_and_classes_carry_the_prefix(figure: Figure) -> None:
    svg = inline(figure, "second")
    names = re.findall(r' id="([^"]+)"', svg) + re.findall(r' class="([^"]+)"', svg)
    assert all(n.startswith("second-") for n in names if n != "remit-figure")
    references = re.findall(r"url\(#([^)]+)\)", svg)
    assert set(references) <= set(re.findall(r' id="([^"]+)"', svg))


def test_clip_paths_of_other_figures_are_prefixed_too() -> None:
    other = Figure()
    axes = other.add_subplot()
    axes.plot([0, 1], [0, 5], marker="o")
    axes.set_ylim(1, 2)
    svg = inline(other, "p")
    references = re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', svg)
    used = {a or b for a, b in references}
    assert used
    assert all(name.startswith("p-") for name in used)
    assert used <= set(re.findall(r' id="([^"]+)"', svg))


def test_the_same_figure_gives_the_same_string(figure: Figure) -> None:
    assert inline(figure) == inline(figure)
    assert "2020" not in inline(figure)
    assert "metadata" not in inline(figure)


@pytest.mark.parametrize("prefix", ["", "1a", "a b", 'a"'])
def test_a_prefix_that_cannot_start_an_id_is_rejected(figure: Figure, prefix: str) -> None:
    with pytest.raises(SpecError, match="css_prefix"):
        inline(figure, prefix)


@pytest.mark.parametrize(
    ("suffix", "start"), [(".png", b"\x89PNG"), (".pdf", b"%PDF"), (".svg", b"<?xml")]
)
def test_files_are_written_twice_the_same(
    figure: Figure, tmp_path: Path, suffix: str, start: bytes
) -> None:
    first, second = tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"
    save_figure(figure, first, dpi=80)
    save_figure(figure, str(second), dpi=80)
    assert first.read_bytes().startswith(start)
    assert first.read_bytes() == second.read_bytes()


def test_another_suffix_is_rejected(figure: Figure, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"ends in \.png, \.svg or \.pdf"):
        save_figure(figure, tmp_path / "forest.jpg")


def test_an_absent_folder_is_named(figure: Figure, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="folder"):
        save_figure(figure, tmp_path / "nowhere" / "forest.png")


def test_global_settings_are_left_alone(figure: Figure, tmp_path: Path) -> None:
    before = dict(matplotlib.rcParams)
    inline(figure)
    save_figure(figure, tmp_path / "a.svg")
    assert dict(matplotlib.rcParams) == before


def test_a_name_in_another_script_is_no_warning() -> None:
    row = ForestRow(label="頭痛 2020", effect=0, ci_low=-1, ci_high=1)
    layout = forest_layout([ForestGroup(title="", rows=(row,))], ForestSpec(axis_label="MD"))
    assert "頭痛 2020" in inline(draw_forest(layout))
