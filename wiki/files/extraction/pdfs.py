"""PDF: the text of each page, by pypdf, whose own limits come before those of the process."""

import logging
import warnings
from typing import BinaryIO

from wiki.files.extraction import streams
from wiki.files.extraction.pages import Encrypted, Pages, joined


def read(file: BinaryIO, pages: Pages) -> None:
    """Give the pages of a PDF, those without words included, so that their numbers hold."""
    logging.disable()
    warnings.simplefilter("ignore")
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError

    streams.install()
    try:
        reader = PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Encrypted
        for page in reader.pages:
            pages.add(_words(page, pages))
    except (FileNotDecryptedError, DependencyError) as error:
        raise Encrypted from error


def _words(page, pages: Pages) -> str:
    from pypdf.errors import PyPdfError

    try:
        return joined(page.extract_text())
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError,
            AssertionError, RecursionError, NotImplementedError, OverflowError):  # fmt: skip
        pages.is_damaged = True  # one page that cannot be read takes no other with it
        return ""
