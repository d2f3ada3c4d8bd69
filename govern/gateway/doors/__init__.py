"""The endpoints: a request of any format in, an answer of the same format out. What they share is `govern/gateway/arrival.py`."""
