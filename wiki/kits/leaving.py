"""What a kit names by number, for whoever gives its group new ones."""

from wiki.archive import tables


def renumber(row: dict, number, _row_of) -> None:
    """The things that a kit is made of."""
    row["chosen"] = [made for old in row["chosen"] or [] if (made := number(old))]


def renumber_version(row: dict, number, _row_of) -> None:
    """The same, for one of its versions."""
    row["contents"] = [
        {name: number(value) if name == "item" else value for name, value in one.items()}
        for one in row["contents"] or []
        if isinstance(one, dict)
    ]


tables.numbered("kit", renumber)
tables.numbered("kit_version", renumber_version)
