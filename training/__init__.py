"""Trains and measures the prompt-injection detector: ``python -m training.train``, ``python -m training.evaluate``."""
