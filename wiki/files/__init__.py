"""Files that a group shares: folders, versions, previews, safe serving."""
