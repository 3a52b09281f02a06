"""What of a page may be in a kit: its text."""

from wiki.archive import nameless

nameless.may_go("page")
