"""How what is in force comes to be: genesis, and from there on approved changes."""
