"""Triage: a table of complaints in, the same rows out with who handles each and which sentence says so."""
