"""Breaking things: after each fault the service answers from a good index, and says what is wrong."""
