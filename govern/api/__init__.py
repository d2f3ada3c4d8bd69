"""HTTP: the data plane that applications call, and the management API. Views only hand over to services and the gateway."""
