"""A simulation as the page of its change shows it."""
