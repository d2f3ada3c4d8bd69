"""Settings: `base` is the same everywhere; `embedded` (default), `production` and `test` say where the parts are."""
