"""What a kit names by number, for whoever gives its group new ones."""

from wiki.archive import tables


def renumber(row: dict, number, _row_of) -> None:
    """The things that a kit is made of."""
    row["chosen"] = [made for old in row["chosen"] or [] if (made := number(old))]


tables.numbered("kit", renumber)
