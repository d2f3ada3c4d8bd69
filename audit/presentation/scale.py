"""The scale of a chart."""

_STEPS = (1, 2, 3, 4, 6, 8, 10)


def round_up(most: int) -> float:
    """A round number above the highest bar."""
    if most <= 4:
        return 4
    magnitude = 10.0 ** (len(str(most)) - 1)
    return next(float(step * magnitude) for step in _STEPS if step * magnitude >= most)


def tick(value: float) -> str:
    """A number beside a line of the grid."""
    return f"{value / 1000:g}k" if value >= 1_000 else f"{value:g}"
