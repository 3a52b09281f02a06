"""Repeatable measures; `python -m tests.bench` runs them all and prints them beside their floors."""
