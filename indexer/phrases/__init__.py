"""The phrase book: how people really ask for each duty, and which duties each phrasing belongs to."""
