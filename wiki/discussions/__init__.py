"""Questions that professionals ask one another, and the answers they find."""
