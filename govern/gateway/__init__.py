"""The way of one call, from door to trail. Read `pipeline.py` first."""
