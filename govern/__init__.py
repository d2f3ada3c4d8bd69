"""Govern: who may use which model for what, and the proof of it."""
