"""Every place of a request or an answer where text can hide, to read and to replace."""

from routing.calls.surfaces.answers import (
    NATIVE_PLACE,
    AnswerPart,
    AnswerReading,
    output_surfaces,
    read_answer,
    replace_output_surfaces,
    unchanged,
)
from routing.calls.surfaces.request_walk import Unscanned
from routing.calls.surfaces.requests import (
    CannotReplace,
    Reading,
    input_surfaces,
    read_surfaces,
    replace_surfaces,
)
from routing.calls.surfaces.walk import Surface, SurfaceRole

__all__ = [
    "NATIVE_PLACE",
    "AnswerPart",
    "AnswerReading",
    "CannotReplace",
    "Reading",
    "Surface",
    "SurfaceRole",
    "Unscanned",
    "input_surfaces",
    "output_surfaces",
    "read_answer",
    "read_surfaces",
    "replace_output_surfaces",
    "replace_surfaces",
    "unchanged",
]
