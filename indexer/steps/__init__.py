"""Steps: the clauses of a responsibility cell, and the bodies that act in each."""
