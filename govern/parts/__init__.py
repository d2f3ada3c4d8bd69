"""The parts that run: PostgreSQL, Valkey, the model, the web process, the worker and beat, and who watches over them.

Nothing here imports Django, except what wraps management commands: the parts run before there is a database for it.
"""
