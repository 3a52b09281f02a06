"""What comes in from other tools and leaves for them: Markdown folders, archives."""
