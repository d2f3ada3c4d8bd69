"""Telling people what waits for them and what happened, by e-mail and webhook. Each message has a link; none holds content of prompts."""
