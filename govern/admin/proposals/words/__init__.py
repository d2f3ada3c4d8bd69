"""What kinds, fields and values are called in forms, and what they are for."""
