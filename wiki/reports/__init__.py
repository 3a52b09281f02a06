"""Experience reports: what a group did, what worked, what did not, how to do it again."""
