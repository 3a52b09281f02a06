"""Collections: an ordered choice of items across groups, with a word about each."""
