"""Measurements: this search beside others, and what a question costs. See docs/performance.md."""
