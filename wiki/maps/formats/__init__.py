"""The formats in which maps come and leave."""
