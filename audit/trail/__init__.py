"""The append-only trail: identifiers, events, rows and the one writer a process."""
