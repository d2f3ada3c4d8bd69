"""Front-door formats: how a caller's request is read and how the answer is written. Any format, any provider, one call format inside."""
