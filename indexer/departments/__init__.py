"""Departments: one canonical name for every spelling, and the cells that name them."""
