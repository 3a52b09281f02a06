"""Repeatable measures: `python -m tests.bench` runs and prints them beside their floors."""
