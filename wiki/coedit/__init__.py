"""Texts written by several people at once: rooms over WebSocket."""
