"""What screens play and show, made from what was sent, in a process that can be killed.

Nothing here imports the rest of the wiki but what reads pictures: the process knows no secret.
"""
