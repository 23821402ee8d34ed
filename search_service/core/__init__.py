"""The search core: understands a question, asks the engine, and words what it found. No HTTP here."""
