"""A group as one file: read without us, put back by us; kits are made of it too."""
