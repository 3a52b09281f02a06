"""Everything a group owns is an item: written, seen, kept and undone in one way."""
