"""Without network: a folder of a group to take away, and the site kept readable on one's device."""
