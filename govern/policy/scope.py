"""Whom a policy or an exemption covers."""

from govern.enforcement.bodies import PolicyScope


def covers(scope: PolicyScope, application: str, team: str, tags: tuple[str, ...]) -> bool:
    """Whether a scope holds an application. Every word that the scope gives must hold."""
    return (
        (not scope.applications or application in scope.applications)
        and (not scope.teams or team in scope.teams)
        and (not scope.tags or not set(scope.tags).isdisjoint(tags))
    )
