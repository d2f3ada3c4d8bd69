"""Prompts and answers, apart from the trail: sealed under a key of their own, so that erasing the key erases them and proofs still hold."""
