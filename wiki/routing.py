"""How addresses name things: `12-the-title` is the number 12, whatever the words say."""

from flask import Flask
from werkzeug.routing import IntegerConverter


class NumberedConverter(IntegerConverter):
    """A number, alone or followed by words that only decorate."""

    regex = r"\d{1,9}(?:-[^/]*)?"
    part_isolating = True

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value.partition("-")[0])

    def to_url(self, value) -> str:
        """A number as it is, an item by its number and words."""
        return str(value)


def init_app(app: Flask) -> None:
    """Let routes say `<id:item_id>`."""
    app.url_map.converters["id"] = NumberedConverter
    app.url_map.strict_slashes = False
