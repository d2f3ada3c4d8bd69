"""What a change would have done to the calls of the last days: replayed in the background, shown beside the change.

The trail tells what was called; a sample of it is decided again under what is in force and under what is proposed, by the gateway's own
code. The difference is kept as evidence, bound to the digest that was replayed.
"""
