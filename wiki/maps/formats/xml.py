"""XML read without its dangers: no document type, no entities, no network, a bounded tree."""

import re
from xml.etree.ElementTree import Element, SubElement, TreeBuilder, tostring
from xml.parsers import expat

from flask_babel import gettext as _

from wiki.maps.formats.found import Unreadable, check_size

__all__ = ["Element", "SubElement", "children", "clean", "local", "parse", "put", "said", "written"]
_NEVER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DEEPEST, MOST_NODES = 60, 2_000_000


class _Guard:
    """Builds the tree, and stops at the first thing that a map never needs."""

    def __init__(self):
        self.tree, self.depth, self.nodes = TreeBuilder(), 0, 0

    def start(self, name: str, attributes: dict) -> None:
        self.depth += 1
        self.nodes += 1
        if self.depth > DEEPEST:
            raise Unreadable(_("This file is nested too deep."))
        if self.nodes > MOST_NODES:
            raise Unreadable(_("This file has too many elements."))
        self.tree.start(name, attributes)

    def end(self, name: str) -> None:
        self.depth -= 1
        self.tree.end(name)

    def refuse(self, *_args) -> None:
        raise Unreadable(_("This file declares entities: it is not read."))


def parse(data: bytes) -> Element:
    """The root of an XML document; raises Unreadable."""
    check_size(data)
    guard = _Guard()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartElementHandler, parser.EndElementHandler = guard.start, guard.end
    parser.CharacterDataHandler = guard.tree.data
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = guard.refuse
    parser.ExternalEntityRefHandler = guard.refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Unreadable(_("This file is broken at line %(n)s.", n=error.lineno)) from None
    except Unreadable:
        raise
    except (ValueError, LookupError):
        raise Unreadable(_("The encoding of this file is not known.")) from None
    return guard.tree.close()


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def children(element: Element, *names: str) -> list[Element]:
    """The children of these names, whatever their namespace."""
    return [child for child in element if local(child) in names]


def said(element: Element, name: str) -> str:
    """The words of the first child of this name."""
    found = children(element, name)
    return "".join(found[0].itertext()).strip() if found else ""


def written(root: Element) -> bytes:
    """A document, with its declaration."""
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8")


def put(parent: Element, name: str, text: str) -> None:
    """A child that holds some words; none for no words."""
    if text:
        SubElement(parent, name).text = clean(text)


def clean(text: str) -> str:
    """What XML can hold of a text."""
    return _NEVER.sub("", text)
