"""People who are shown, and what they agreed to: it decides at once who may see what shows them.

An agreement acts on one column, `Item.ceiling`, which `visible` reads with the scope: whatever a
reader gets goes through there. None: nobody appears; DRAFT: sealed, for the facilitators alone.
"""

from wiki.consents import hook, voices
from wiki.consents.people import appear, people_in
from wiki.consents.reckoning import blockers, settle
from wiki.consents.releases import note_release

__all__ = ["appear", "blockers", "hook", "note_release", "people_in", "settle", "voices"]
