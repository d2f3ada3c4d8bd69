"""Prompt-injection detection: see ``detector.InjectionDetector``."""
