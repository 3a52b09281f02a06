"""« New collective action »: from a few answers to a group with all it needs on its first day."""
