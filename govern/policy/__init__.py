"""What people decide: bodies of governed objects, their conditions, and how a revision of them is compiled."""
