"""QR codes as pictures: to print on a poster, or to hold up on a screen."""

import io

from wiki.templating import site_address


def svg(path: str) -> bytes:
    """A code that leads to a page of the site, as a drawing that can be made any size."""
    made = io.BytesIO()
    _code(path).save(made, kind="svg", scale=8, border=4, dark="#000", light="#fff", xmldecl=False)
    return made.getvalue()


def png(path: str) -> bytes:
    """The same code as points, large enough for a poster."""
    made = io.BytesIO()
    _code(path).save(made, kind="png", scale=24, border=4)
    return made.getvalue()


def _code(path: str):
    import segno

    return segno.make(site_address() + path, error="m", micro=False)
