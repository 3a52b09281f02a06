"""Where people arrive: the public door, my day, a group's home, the manual."""
