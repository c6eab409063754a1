"""XML read as data: elements with their lines, no document type, no entities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from remit.core.errors import InputError
from remit.core.place import Place

__all__ = ["Element", "read_xml"]

#: Deeper nesting is no document that a person wrote.
DEEPEST = 100
#: Windows-1252 letters that programs write into files declared as ISO-8859-1, where their codes
#: are control characters.
_WINDOWS = {
    code: bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}


@dataclass(slots=True, kw_only=True)
class Element:
    """One element.

    Attributes
    ----------
    tag : str
        Its name.
    attributes : dict of str to str
        Attributes.
    line : int
        Line of its opening tag, counted from 1.
    path : str
        Names below the root, each with its number among its like, such as
        ``ANALYSES_AND_DATA[1]/COMPARISON[2]``.
    children : list of Element
        Elements directly inside.
    parts : list of str or Element
        Text and elements in their order.
    """

    tag: str
    attributes: dict[str, str]
    line: int
    path: str
    children: list[Element] = field(default_factory=list)
    parts: list[str | Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return all text inside, with single blanks for any white space."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for part in self.parts:
            if isinstance(part, str):
                yield part
            else:
                yield " "
                yield from part._texts()
                yield " "

    def get(self, name: str) -> str:
        """Return an attribute, stripped; empty where there is none."""
        return self.attributes.get(name, "").strip()

    def child(self, tag: str) -> Element | None:
        """Return the first element of this name directly inside."""
        return next((child for child in self.children if child.tag == tag), None)

    def child_text(self, tag: str) -> str:
        """Return the text of the first element of this name; empty where there is none."""
        found = self.child(tag)
        return found.text if found else ""

    def inside(self, *tags: str) -> Iterator[Element]:
        """Yield the elements of these names at any depth, in their order."""
        for child in self.children:
            if child.tag in tags:
                yield child
            yield from child.inside(*tags)

    def place(self, file: str, attribute: str = "") -> Place:
        """Return where the element, or one of its attributes, stands."""
        path = f"{self.path}@{attribute}" if attribute else self.path
        return Place(file=file, row=self.line, column=path)


def read_xml(raw: bytes, file: str) -> Element:
    """Return the root of an XML document.

    Parameters
    ----------
    raw : bytes
        The file.
    file : str
        Its name, for messages.

    Raises
    ------
    InputError
        If it is not well formed (with the line), declares a document type or entities, or is
        nested without end.
    """
    builder = _Builder(file)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = builder.doctype
    builder.parser = parser
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        raise InputError.at(
            str(Place(file=file, row=error.lineno)),
            found=f"XML that cannot be read ({expat.errors.messages[error.code]})",
            expected="a whole XML document",
            hint="Was the file cut off?",
        ) from error
    except (LookupError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError.at(
            file,
            found="XML in an encoding that is not known",
            expected="XML in UTF-8, UTF-16, ISO-8859-1 or Windows-1252",
        ) from error
    if builder.root is None:
        raise InputError.at(file, found="no element", expected="an XML document")
    return builder.root


class _Builder:
    """Collects what the parser meets."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.parser: Any = None
        self.root: Element | None = None
        self.open: list[tuple[Element, dict[str, int]]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self.open) >= DEEPEST:
            raise self._refused(f"more than {DEEPEST} elements inside each other")
        path = tag
        if self.open:
            parent, counts = self.open[-1]
            counts[tag] = counts.get(tag, 0) + 1
            above = f"{parent.path}/" if len(self.open) > 1 else ""
            path = f"{above}{tag}[{counts[tag]}]"
        element = Element(
            tag=tag,
            attributes={name: _as_meant(value) for name, value in attributes.items()},
            line=self.parser.CurrentLineNumber,
            path=path,
        )
        if self.open:
            self.open[-1][0].children.append(element)
            self.open[-1][0].parts.append(element)
        else:
            self.root = element
        self.open.append((element, {}))

    def end(self, _tag: str) -> None:
        self.open.pop()

    def data(self, text: str) -> None:
        if self.open:
            self.open[-1][0].parts.append(_as_meant(text))

    def doctype(self, *_declared: object) -> None:
        raise self._refused("a document type (DTD)")

    def _refused(self, found: str) -> Exception:
        return InputError.at(
            str(Place(file=self.file, row=self.parser.CurrentLineNumber)),
            found=found,
            expected="elements, attributes and text only",
            hint="Such files can be made to harm a reader, and RevMan writes none.",
        )


def _as_meant(text: str) -> str:
    return text.translate(_WINDOWS)
