"""What a browser would send of a form on a page."""

from html.parser import HTMLParser


def fields(page: str, form: str = "report-form") -> dict:
    """The fields of the form with that id, by name; several values of one name are a list."""
    reader = _Reader(form)
    reader.feed(page)
    sent: dict = {}
    for name, value in reader.found:
        sent.setdefault(name, []).append(value)
    return {name: many[0] if len(many) == 1 else many for name, many in sent.items()}


class _Reader(HTMLParser):
    def __init__(self, form: str):
        super().__init__()
        self.form, self.inside, self.found = form, False, []
        self.area = self.select = self.first = None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("id") == self.form
        elif not self.inside or "disabled" in given:
            return
        elif tag == "textarea":
            self.area = (given.get("name"), [])
        elif tag == "select":
            self.select, self.first = given.get("name"), None
        elif tag == "option" and self.select:
            if "selected" in given:
                self.found.append((self.select, given.get("value", "")))
                self.select = None
            elif self.first is None:
                self.first = given.get("value", "")
        elif tag == "input" and given.get("name"):
            boxed = given.get("type") in ("checkbox", "radio")
            if not boxed or "checked" in given:
                self.found.append((given["name"], given.get("value") or ""))

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "textarea" and self.area:
            text = "".join(self.area[1])
            self.found.append((self.area[0], text.removeprefix("\r").removeprefix("\n")))
            self.area = None
        elif tag == "select" and self.select:
            self.found.append((self.select, self.first or ""))
            self.select = None

    def handle_data(self, data):
        if self.area:
            self.area[1].append(data)
