"""What the calls of one process share: what is in force, kept new; the gateway itself; its metrics."""
