"""Events: whatever has a day and an hour, the half-days of an action first of all."""
