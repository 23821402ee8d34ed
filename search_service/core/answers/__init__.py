"""Answers: from the duties that fit a question to the body that handles it and the sentence that says so."""
