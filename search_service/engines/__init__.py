"""The port to a search engine, and the engines behind it."""
