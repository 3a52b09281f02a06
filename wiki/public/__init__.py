"""What leaves the site for programs: the JSON API and its description."""
