"""The words inside documents, read in a process that can be killed without harm.

Nothing here imports the rest of the wiki: the process starts in a moment and knows no secret.
"""
