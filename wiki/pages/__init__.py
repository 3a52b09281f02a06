"""Pages: texts that a group writes together, linked to one another."""
