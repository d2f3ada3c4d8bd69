"""The demonstration: a dozen governed calls to the embedded model, each with what was expected of it."""
