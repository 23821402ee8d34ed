"""Questions that nobody could answer, masked: what is kept of them, where, and what an editor reads of it."""
