"""Proposing: forms that are made of the bodies' types, checked while they are written, and saved into drafts."""
