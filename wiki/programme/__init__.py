"""What sessions and training days share: when, where, the minute plan, who came, what was said."""
