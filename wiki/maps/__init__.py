"""Maps of a group: bases, layers, features that several people put down at once, steps."""
