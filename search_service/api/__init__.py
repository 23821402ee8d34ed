"""The HTTP interface, version 1: schemas declare it, views stay a few lines."""
