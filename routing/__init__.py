"""Which model answers, and how it is called. Plain Python: knows neither Django nor who governs it."""
