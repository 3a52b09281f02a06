"""A believable territory, invented, in which a visitor understands the product in two minutes."""
