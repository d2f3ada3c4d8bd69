"""The wire formats, both directions of each side by side: `read_requests` and `write_answers` serve a door, `write_requests` and
`read_answers` ask a provider. Whoever asks (`routing.providers`) and whoever serves (`govern.gateway`) stand outside."""
