"""A figure as one inline ``<svg>`` for a page, or as a file for a journal."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from remit.core.errors import InputError, SpecError
from remit.plots.style import COLOURS, CSS_VARIABLES, SVG_FONT_STACK
from remit.plots.svg_paths import shorten_path
from remit.plots.text_width import clean_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["figure_svg", "save_figure"]

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"

_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_PATH = re.compile(r'<path d="([^"]*)"')
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_ROLE_OF = {colour: role for role, colour in COLOURS.items()}


def figure_svg(figure: Figure, *, title: str, description: str, css_prefix: str) -> str:
    """Return a figure as inline SVG whose colours the page can change.

    Text stays text in the page's own typeface, the background is transparent, and each role
    colour is a CSS variable such as ``var(--fig-ink, #1f2a36)``. The same figure gives the same
    string.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        As a ``draw_`` function makes it.
    title : str
        Short name, read out by screen readers.
    description : str
        What the figure shows, in words.
    css_prefix : str
        Start of all ids and classes, unique on the page: a letter, then letters, digits, ``-``.

    Returns
    -------
    str
        One ``<svg>`` element of class ``remit-figure``, scaled by the page's CSS.

    Raises
    ------
    SpecError
        If the prefix can't start an id.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", css_prefix):
        raise SpecError.at(
            "argument 'css_prefix'",
            found=repr(css_prefix),
            expected="a letter, then letters, digits and hyphens",
        )
    root = ET.fromstring(_raw_svg(figure))  # noqa: S314  matplotlib's own output, no foreign file
    _drop_metadata(root)
    _prefix_ids(root, css_prefix)
    _tidy(root)
    rules = _move_styles_to_classes(root, css_prefix)
    _flatten(root)
    return _serialise(root, rules, clean_text(title), clean_text(description), css_prefix)


def save_figure(figure: Figure, path: Path | str, dpi: int = 300) -> None:
    """Write a figure to a file on white ground; the same figure gives the same bytes.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        As a ``draw_`` function makes it.
    path : path-like
        Ends in ``.png``, ``.svg`` or ``.pdf``.
    dpi : int
        Dots per inch of a PNG.

    Raises
    ------
    SpecError
        If the suffix is another one.
    InputError
        If the folder does not exist.
    """
    target = Path(path)
    metadata: dict[str, dict[str, Any]] = {
        ".png": {"Software": None},
        ".svg": {"Date": None, "Creator": None},
        ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    }
    suffix = target.suffix.lower()
    if suffix not in metadata:
        raise SpecError.at(
            "argument 'path'",
            found=f"'{target.name}'",
            expected="a name that ends in .png, .svg or .pdf",
        )
    if not target.parent.is_dir():
        raise InputError.at(
            "argument 'path'",
            found=f"'{target}', in a folder that does not exist",
            expected="a file in a folder that exists",
            hint="Make the folder first.",
        )
    made = io.BytesIO()
    _save(figure, made, suffix[1:], metadata[suffix], facecolor=COLOURS["paper"], dpi=dpi)
    content = made.getvalue()
    if suffix == ".svg":
        short = _PATH.sub(lambda m: f'<path d="{shorten_path(m[1])}"', content.decode("utf-8"))
        content = short.encode("utf-8")
    target.write_bytes(content)


def _save(
    figure: Figure, target: Any, kind: str, metadata: dict[str, Any], *, facecolor: str, dpi: int
) -> None:
    import matplotlib

    # without hinting a text is as wide as its layout says, at every resolution
    rc = matplotlib.rc_context(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "remit",
            "pdf.fonttype": 42,
            "text.hinting": "none",
        }
    )
    with rc, warnings.catch_warnings():
        # the reader's own fonts draw the text of an SVG, so a missing glyph is no loss there
        if kind == "svg":
            warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        figure.savefig(target, format=kind, metadata=metadata, facecolor=facecolor, dpi=dpi)


def _raw_svg(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    _save(figure, buffer, "svg", {"Date": None, "Creator": None}, facecolor="none", dpi=72)
    return buffer.getvalue()


def _drop_metadata(root: ET.Element) -> None:
    """Remove metadata, matplotlib's style sheet, and shapes that draw nothing."""
    for parent in list(root.iter()):
        for child in list(parent):
            style = child.get("style", "").replace(" ", "")
            invisible = "fill:none" in style and "stroke" not in style
            empty = child.tag == f"{SVG}defs" and all(c.tag == f"{SVG}style" for c in child)
            if child.tag == f"{SVG}metadata" or empty or (child.tag == f"{SVG}path" and invisible):
                parent.remove(child)


def _prefix_ids(root: ET.Element, prefix: str) -> None:
    """Keep the ids that are referred to, as ``prefix-1`` and on; drop the others."""
    used: dict[str, str] = {}
    for element in root.iter():
        names = [n for value in element.attrib.values() for n in _REFERENCE.findall(value)]
        if element.get(HREF, "").startswith("#"):
            names.append(element.attrib.pop(HREF)[1:])
            element.set("href", f"#{names[-1]}")
        for name in names:
            used.setdefault(name, f"{prefix}-{len(used) + 1}")
    for element in root.iter():
        identity = element.attrib.pop("id", "")
        if identity in used:
            element.set("id", used[identity])
        for key, value in list(element.attrib.items()):
            renamed = _REFERENCE.sub(lambda m: f"url(#{used[m[1]]})", value)
            if key == "href" and value[1:] in used:
                renamed = f"#{used[value[1:]]}"
            element.set(key, renamed)


def _tidy(root: ET.Element) -> None:
    """Round coordinates to hundredths of a point and drop rotations by nothing."""
    for element in root.iter():
        for key in ("d", "x", "y", "transform", "points", "width", "height"):
            if key in element.attrib:
                value = _NUMBER.sub(_rounded, element.get(key, ""))
                element.set(key, " ".join(value.split()))
        if "d" in element.attrib:
            element.set("d", shorten_path(element.get("d", "")))
        if re.fullmatch(r"rotate\(-?0 .*\)", element.get("transform", "")):
            del element.attrib["transform"]
        element.tail = None
        if element.tag != f"{SVG}text":
            element.text = None


def _rounded(match: re.Match[str]) -> str:
    return f"{round(float(match[0]), 2) + 0.0:g}"


def _move_styles_to_classes(root: ET.Element, prefix: str) -> list[str]:
    """Replace style attributes by classes, one for each distinct style, and return their rules."""
    classes: dict[str, str] = {}
    for element in root.iter():
        style = element.attrib.pop("style", None)
        if style is None:
            continue
        css = ";".join(_declarations(style))
        if css:
            name = classes.setdefault(css, f"{prefix}-c{len(classes)}")
            element.set("class", name)
    return [f".{name}{{{css}}}" for css, name in classes.items()]


def _declarations(style: str) -> Iterator[str]:
    for declaration in style.split(";"):
        key, _, value = (part.strip() for part in declaration.partition(":"))
        if not key or key in {"font-family", "stroke-linejoin"}:
            continue
        if key == "stroke-linecap" and value != "round":
            continue
        if key == "font":
            weight = "bold " if "bold" in value or value.startswith("700") else ""
            size = re.search(r"[\d.]+px", value)
            yield f"font-size:{size[0]}" if size else f"font:{value}"
            if weight:
                yield "font-weight:600"
            continue
        role = _ROLE_OF.get(value.lower())
        yield f"{key}:var({CSS_VARIABLES[role]},{value})" if role else f"{key}:{value}"


def _flatten(element: ET.Element) -> None:
    """Replace groups without attributes by what they hold."""
    children: list[ET.Element] = []
    for child in list(element):
        _flatten(child)
        if child.tag == f"{SVG}g" and not child.attrib:
            children.extend(child)
        else:
            children.append(child)
        element.remove(child)
    element.extend(children)


def _serialise(
    root: ET.Element, rules: list[str], title: str, description: str, prefix: str
) -> str:
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.set("class", "remit-figure")
    root.set("role", "img")
    root.set("aria-labelledby", f"{prefix}-title {prefix}-desc")
    heading = ET.Element(f"{SVG}title", {"id": f"{prefix}-title"})
    heading.text = title
    words = ET.Element(f"{SVG}desc", {"id": f"{prefix}-desc"})
    words.text = description
    style = ET.Element(f"{SVG}style")
    scope = f'svg[aria-labelledby^="{prefix}-title "]'
    font = f"{scope} text{{font-family:{SVG_FONT_STACK};font-variant-numeric:tabular-nums}}"
    style.text = "".join([font, *rules])
    for position, element in enumerate((heading, words, style)):
        root.insert(position, element)
    for element in root.iter():
        element.tag = element.tag.removeprefix(SVG)
    root.set("xmlns", "http://www.w3.org/2000/svg")
    return ET.tostring(root, encoding="unicode", short_empty_elements=True)
