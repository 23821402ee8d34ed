"""Relevance as a measurement: judged questions in, figures out. Sees the search as its callers do."""
