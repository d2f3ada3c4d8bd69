"""Which values stay of those that overlap each other."""

from __future__ import annotations

from govern.enforcement.values.judging import BEYOND_DOUBT, Hit

_CROWD = 64
"""Of so many that overlap each other all stay: to compare each with each would take the square of their number."""


def without_rivals(hits: list[Hit]) -> list[Hit]:
    """Of kinds that claim the same characters, those that a cue names win, the nearest cue first; without cues all stay."""
    if len(hits) < 2:
        return hits
    hits.sort(key=lambda hit: (hit.start, -hit.end, -hit.score))
    kept: list[Hit] = []
    cluster: list[Hit] = []
    reach = -1
    for hit in hits:
        if hit.start >= reach and cluster:
            kept += _winners(cluster)
            cluster = []
        cluster.append(hit)
        reach = max(reach, hit.end)
    return kept + _winners(cluster)


def _winners(cluster: list[Hit]) -> list[Hit]:
    if len(cluster) > 1:
        cluster = _without_repeats(cluster)
    if len(cluster) == 1 or len(cluster) > _CROWD or all(hit.cue_distance is None for hit in cluster):
        return cluster
    return [
        hit for hit in cluster if hit.kind.alone >= BEYOND_DOUBT or not any(_displaces(other, hit) for other in cluster)
    ]


def _without_repeats(cluster: list[Hit]) -> list[Hit]:
    """Without those that lie within one of the same kind before them that is no less certain. In order of start, longest first."""
    kept: list[Hit] = []
    last: dict[str, Hit] = {}
    for hit in cluster:
        before = last.get(hit.kind.id)
        if before is None or before.end < hit.end or before.score < hit.score:
            kept.append(hit)
            last[hit.kind.id] = hit
    return kept


def _displaces(winner: Hit, loser: Hit) -> bool:
    """Only what covers all of another can make it superfluous: the rest of a longer value must not stay behind."""
    if winner.cue_distance is None or winner.start > loser.start or winner.end < loser.end:
        return False
    return loser.cue_distance is None or winner.cue_distance < loser.cue_distance
