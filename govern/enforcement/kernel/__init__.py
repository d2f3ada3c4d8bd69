"""The compiled kernel of inspection: folding, surveys and n-gram scores in C, beside Python code that gives the same bits.

``library`` is what callers ask; where it gives None they take the interpreted path. See ``docs/decisions/0019-a-kernel-in-c.md``.
"""

from govern.enforcement.kernel.loading import library

__all__ = ["library"]
