"""Answers piece by piece: inspected, passed on as they came, or held until they are whole."""
