"""The day of a training: a room of sandbox accounts, from « Prepare the day » to « Close »."""
