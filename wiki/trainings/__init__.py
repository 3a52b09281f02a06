"""Formation-action days: half-days, trainers, places, material, and the kit they are made from."""
