"""Responses with `background: true`: asked for here, run on the worker as governed calls, looked up and followed by their id."""
