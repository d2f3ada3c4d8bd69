"""Who is who: people's groups, applications' keys, and the keys that Govern itself seals and signs with."""
