"""How fast the gateway is, measured against a provider on this machine. See docs/performance.md."""
