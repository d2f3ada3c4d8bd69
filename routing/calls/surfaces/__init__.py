"""Every place of a request or an answer where text can hide, to read and to replace."""

from routing.calls.surfaces.answers import output_surfaces, replace_output_surfaces
from routing.calls.surfaces.requests import input_surfaces, replace_surfaces
from routing.calls.surfaces.walk import Surface, SurfaceRole

__all__ = [
    "Surface",
    "SurfaceRole",
    "input_surfaces",
    "output_surfaces",
    "replace_output_surfaces",
    "replace_surfaces",
]
