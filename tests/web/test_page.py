"""The shipped page: as text, and in a real browser."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from importlib import resources
from itertools import pairwise

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
PHONE = 390
TWO_MEGABYTES = 2_000_000
VOID = {"meta", "input", "br", "link", "img", "hr", "path", "use"}
HEADING = re.compile(r"h[1-6]")
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parent: Element | None
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def all(self):
        for child in self.children:
            yield child
            yield from child.all()

    def find(self, *tags):
        return [e for e in self.all() if e.tag in tags]


class Tree(HTMLParser):
    """Reads markup into elements; fails on a tag that does not close."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.open = Element("document", {}, None)
        self.feed(text)
        assert self.open is self.root, f"<{self.open.tag}> never closes"

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {k: v or "" for k, v in attrs}, self.open)
        self.open.children.append(element)
        if tag not in VOID:
            self.open = element

    def handle_startendtag(self, tag, attrs):
        self.open.children.append(Element(tag, {k: v or "" for k, v in attrs}, self.open))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        assert self.open.tag == tag, f"</{tag}> closes <{self.open.tag}>"
        self.open = self.open.parent

    def handle_data(self, data):
        self.open.text += data


@pytest.fixture(scope="module")
def page(shipped_html):
    return Tree(shipped_html).root


class TestText:
    def test_size(self, shipped_html):
        assert len(shipped_html.encode("utf-8")) < TWO_MEGABYTES

    def test_nothing_is_fetched(self, page, shipped_html):
        assert page.find("link", "img", "iframe", "object", "embed", "audio", "video", "base") == []
        for element in page.all():
            for name, value in element.attributes.items():
                if (element.tag, name) == ("a", "href") or name == "xmlns":
                    continue
                assert not re.match(r"\s*(https?:)?//", value), (element.tag, name, value)
                assert name not in {"src", "srcset", "poster", "data", "background", "ping"}
        assert "@import" not in shipped_html
        assert all(u.startswith("#") for u in re.findall(r"url\(['\"]?([^)'\"]*)", shipped_html))
        for script in page.find("script"):
            assert not re.search(r"https?:|fetch|XMLHttpRequest|import\s*\(", script.text)

    def test_links_that_leave_the_page_are_addresses_and_tell_nobody(self, page):
        outside = [a for a in page.find("a") if not a.attributes["href"].startswith("#")]
        assert outside
        for link in outside:
            assert re.match(r"https?://\S+$", link.attributes["href"])
            assert "noreferrer" in link.attributes["rel"]

    def test_language_title_and_viewport(self, page, shipped_review):
        (root,) = page.find("html")
        assert root.attributes["lang"] == "en"
        assert page.find("title")[0].text == shipped_review.settings.title
        assert any(m.attributes.get("name") == "viewport" for m in page.find("meta"))

    def test_headings_in_order(self, page):
        headings = [e for e in page.all() if HEADING.fullmatch(e.tag)]
        levels = [int(e.tag[1]) for e in headings]
        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(b <= a + 1 for a, b in pairwise(levels))

    def test_tables_have_captions_and_headers(self, page):
        tables = page.find("table")
        assert len(tables) > 10
        for table in tables:
            assert len(table.find("caption")) == 1
            assert table.find("caption")[0].text.strip()
            assert table.find("thead")
            for header in table.find("th"):
                assert header.attributes["scope"] in {"col", "row", "colgroup"}
            for row in table.find("tr"):
                assert row.children[0].tag == "th"
            widths = {
                sum(int(c.attributes.get("colspan", 1)) for c in row.children)
                for row in table.find("tr")
            }
            assert len(widths) == 1, table.find("caption")[0].text

    def test_pictures_are_named(self, page):
        pictures = page.find("svg")
        assert len(pictures) > 10
        for svg in pictures:
            assert svg.attributes["role"] == "img"
            title, description = (
                next(c for c in svg.children if c.tag == tag) for tag in ("title", "desc")
            )
            assert title.text.strip()
            assert description.text.strip()
            assert svg.attributes["aria-labelledby"].split() == [
                title.attributes["id"], description.attributes["id"],
            ]  # fmt: skip

    def test_ids_are_unique_and_everything_that_is_named_is_there(self, page):
        ids = Counter(e.attributes["id"] for e in page.all() if "id" in e.attributes)
        assert [name for name, count in ids.items() if count > 1] == []
        for element in page.all():
            for name in ("aria-labelledby", "aria-describedby", "for"):
                for target in element.attributes.get(name, "").split():
                    assert target in ids, (element.tag, name, target)
            href = element.attributes.get("href", "")
            if href.startswith("#"):
                assert href[1:] in ids, href
            for value in element.attributes.values():
                for target in re.findall(r"url\(#([^)]+)\)", value):
                    assert target in ids, target

    def test_choices_can_be_reached_by_name(self, page):
        labelled = {e.attributes["for"] for e in page.find("label")}
        inputs = page.find("input")
        assert inputs
        assert {e.attributes["id"] for e in inputs} == labelled
        by_name = Counter(e.attributes["name"] for e in inputs if "checked" in e.attributes)
        assert set(by_name.values()) == {1}
        for fieldset in page.find("fieldset"):
            assert fieldset.find("legend")[0].text.strip()
            chosen = len(fieldset.find("input"))
            assert chosen == len([d for d in fieldset.children if d.tag == "div"]) <= 7

    def test_what_scrolls_can_be_reached_by_keyboard(self, page):
        scrolled = [e for e in page.all() if "scroll" in e.attributes.get("class", "").split()]
        for element in scrolled:
            assert element.attributes["tabindex"] == "0"
            assert element.attributes["role"] == "region"
            assert element.attributes["aria-label"]

    def test_each_number_is_two_clicks_from_its_source(self, page):
        """A line of the summary leads to an account; an entry of the account to an address."""
        for row in page.find("table")[0].find("tr")[1:]:
            targets = [a.attributes["href"][1:] for a in row.find("a")]
            account = next(t for t in targets if t.endswith("-account"))
            (details,) = [e for e in page.all() if e.attributes.get("id") == account]
            links = [a for a in details.find("a") if a.attributes["href"].startswith("http")]
            assert links, account


def luminance(colour: str) -> float:
    """Relative luminance of a hex colour (WCAG 2.2)."""
    code = colour.lstrip("#")
    code = "".join(c * 2 for c in code) if len(code) == 3 else code
    parts = [int(code[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("mode", ["light", "dark", "print"])
@pytest.mark.parametrize(
    ("ink", "paper"),
    [("ink", "paper"), ("muted", "paper"), ("accent", "paper"), ("warm", "paper"),
     ("fig-ink", "fig-paper"), ("fig-muted", "fig-paper"), ("fig-accent", "fig-paper"),
     ("fig-second", "fig-paper")],
)  # fmt: skip
def test_contrast_is_enough_to_read(mode, ink, paper):
    css = (resources.files("remit.report") / "templates" / "page.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root\s*{([^}]*)}", css)
    colours = [dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]+)", block)) for block in blocks]
    light, dark, printed = colours
    used = {"light": light, "dark": light | dark, "print": light | printed}[mode]
    one, two = sorted((luminance(used[ink]), luminance(used[paper])))
    assert (two + 0.05) / (one + 0.05) >= 4.5  # WCAG 2.2, 1.4.3 for text of usual size


@pytest.fixture
def dump(tmp_path):
    """Open markup from disk in the browser; return its DOM after all scripts ran."""

    def run(markup: str, *, width: int = 1280) -> str:
        path = tmp_path / "page.html"
        path.write_text(markup, encoding="utf-8")
        done = subprocess.run(  # noqa: S603 - the browser found above, fixed flags, our own file
            [str(CHROMIUM), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}",
             f"--window-size={width},900", "--virtual-time-budget=4000", "--dump-dom",
             path.as_uri()],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    return run


def told(dom: str) -> dict:
    """What a script wrote into the title, as JSON."""
    title = re.search(r"<title>(.*?)</title>", dom, re.DOTALL)
    assert title, dom[:500]
    return json.loads(html.unescape(title[1]))


LISTEN = """<script>
var trouble = [];
addEventListener("error", function (e) { trouble.push(String(e.message || e.target)); }, true);
addEventListener("unhandledrejection", function (e) { trouble.push(String(e.reason)); });
["error", "warn"].forEach(function (k) { console[k] = function (m) { trouble.push(String(m)); }; });
addEventListener("securitypolicyviolation", function (e) { trouble.push(e.blockedURI); });
</script>"""
TELL = """<script>
addEventListener("load", function () {
  location.hash = "#responders-account";
  setTimeout(function () {
    var shown = document.querySelector(".option:not([style*=none])");
    document.title = JSON.stringify({
      trouble: trouble,
      fetched: performance.getEntriesByType("resource").map(function (r) { return r.name; }),
      opened: document.getElementById("responders-account").open,
      options: Array.from(document.querySelectorAll(".choice")).map(function (c) {
        return Array.from(c.querySelectorAll(":scope > .option")).filter(function (o) {
          return getComputedStyle(o).display !== "none";
        }).length;
      }),
      empty: Array.from(document.querySelectorAll("svg.remit-figure")).filter(function (s) {
        return !s.querySelector("path, text");
      }).length,
      width: document.documentElement.scrollWidth,
      inner: innerWidth
    });
  }, 300);
});
</script>"""


@pytest.mark.browser
@needs_browser
class TestBrowser:
    def test_desk(self, dump, shipped_html):
        markup = shipped_html.replace("<style>", LISTEN + "<style>", 1)
        found = told(dump(markup.replace("</body>", TELL + "</body>", 1)))
        assert found["trouble"] == []
        assert found["fetched"] == []
        assert found["opened"] is True  # a link into an account opens it
        assert set(found["options"]) == {1}  # one value of each assumption is shown
        assert found["empty"] == 0
        assert found["width"] <= found["inner"]

    def test_phone(self, dump, shipped_html):
        """In a frame as wide as a phone, nothing but tables and figures may scroll sideways."""
        frame = (
            "<!DOCTYPE html><title>{}</title>"
            f'<iframe id="f" style="border:0" width="{PHONE}" height="844" '
            f'srcdoc="{html.escape(shipped_html, quote=True)}"></iframe>'
            """<script>
document.getElementById("f").addEventListener("load", function () {
  var d = this.contentDocument, w = this.contentWindow;
  d.querySelectorAll("details").forEach(function (x) { x.open = true; });
  var wide = Array.from(d.querySelectorAll("body *")).filter(function (e) {
    var right = e.getBoundingClientRect().right;
    return !e.closest(".scroll, svg, .skip, thead") && right > w.innerWidth + 1;
  }).map(function (e) { return e.tagName + "." + e.className + "#" + e.id; });
  document.title = JSON.stringify({
    inner: w.innerWidth, width: d.documentElement.scrollWidth, wide: wide.slice(0, 9)
  });
});
</script>"""
        )
        found = told(dump(frame))
        assert found["inner"] == PHONE
        assert found["wide"] == []
        assert found["width"] <= PHONE

    def test_without_scripts_everything_can_still_be_read(self, dump, shipped_html, shipped_review):
        dom = dump(re.sub(r"<script>.*?</script>", "", shipped_html, flags=re.DOTALL))
        for answer in shipped_review.answers:
            assert f'id="{answer.id}"' in dom
        assert "<details" in dom
