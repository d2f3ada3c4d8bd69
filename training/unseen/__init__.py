"""Texts that were written for measuring before any example for training was, and are never trained on."""
