"""Checking the trail: is it complete, and (once it is sealed) is it unchanged."""
