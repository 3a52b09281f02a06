"""Handing a PDF to whoever asked: made once for a browser that has it, or why there is none."""

from collections.abc import Iterable
from hashlib import blake2b

from flask import Response, render_template, request
from flask_login import current_user

from wiki.consents.releases import note_leaving
from wiki.export import press
from wiki.items.models import Item
from wiki.throttle import address, throttle

PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


def pdf(
    html: str,
    name: str,
    back: str,
    printable: str,
    drawn: dict | None = None,
    *,
    leaving: Iterable[Item] = (),
    private: bool = False,
) -> Response:
    """The answer that holds the PDF of a document; `drawn` are its own drawings, by address.

    `leaving`: the items that go away on it, remembered for who may ask for them; `private`:
    nothing of it stays in a browser.
    """
    tag = blake2b(html.encode(), digest_size=12).hexdigest()
    if not private and request.if_none_match.contains(tag):
        return Response(status=304, headers={"ETag": f'"{tag}"'})
    throttle("30 per 5 minutes", "pdf", who())
    note_leaving(leaving, "pdf")
    try:
        made = press.make(html, current_user, drawn)
    except press.NoPdf as error:
        why = str(error)
        page = render_template("export/no_pdf.html", why=why, back=back, printable=printable)
        return Response(page, press.STATUS[why], {"Retry-After": "60"} if why == "busy" else {})
    answer = Response(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name[:80]}.pdf"'
    answer.headers["X-Robots-Tag"] = "noindex"  # the page is what engines should show
    if private:
        answer.headers["Cache-Control"] = "no-store"
    else:
        answer.set_etag(tag)
    return answer


def who() -> str:
    """Whose documents are counted together: a person's, or those of an address."""
    return address() if current_user.is_anonymous else str(current_user.id)
