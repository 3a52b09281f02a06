"""Looking after the site: people, publication requests, vocabularies, the state of the machine."""
