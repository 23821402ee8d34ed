"""One text normalisation and one analyzer, for the index side and the query side alike."""
