"""Kits: an action that others can do again, made of a group's archive without anybody in it."""
