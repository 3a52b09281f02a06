"""Portraits of people, trades, places and groups: blocks of words, pictures and voices."""
