"""The way of paper: a sheet is printed, drawn on, photographed, straightened, and becomes a base.

Nothing here but `asking` imports the rest of the wiki: a process that can be killed does the work.
"""
