"""The keys by which portals are known: how they are made, kept and looked up."""
