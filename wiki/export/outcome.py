"""What an import did, told to the person who ran it."""

from dataclasses import dataclass, field

from wiki.markup.sanitize import clean_text


@dataclass
class Summary:
    """What became of every file: counts, and what was not imported as it was, with why."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    notices: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    new_words: list[str] = field(default_factory=list)

    @property
    def exit_status(self) -> int:
        """1 when a file could not be imported at all."""
        return 1 if self.failed else 0

    def lines(self) -> list[str]:
        """The summary as a person reads it in a terminal."""
        told = [f"{self.added} added, {self.updated} updated, {self.unchanged} unchanged."]
        if self.notices:
            told += ["Not imported exactly as they were:"]
            told += [f"  {name}: {why}" for name, why in self.notices]
        if self.new_words:
            told += [f"Words added to the vocabularies: {', '.join(sorted(self.new_words))}."]
        if self.failed:
            told += [f"Not imported ({len(self.failed)}):"]
            told += [f"  {name}: {why}" for name, why in self.failed]
        return told


def printable(name: str) -> str:
    """A name as a terminal can show it, whatever bytes it was made of."""
    return clean_text(name.encode("utf-8", "replace").decode("utf-8")) or "?"
