"""Generated training texts: attacks of every family we know, and honest texts that use the same words."""
