"""Finding values that can be recognised by their form: personal data and secrets.

A ``ValueKind`` says what a value looks like, how it is verified and which words announce it. ``ValueDetector`` finds all kinds in one pass.
"""
