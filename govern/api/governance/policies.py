"""`/api/policies`: what is in force, its versions, and the schema of every kind."""

from typing import Any

import msgspec
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.selectors.reach import may_see_some
from govern.api.governance.views import GovernanceView
from govern.changes.kinds import KINDS
from govern.identity.ownership import owned_by
from govern.models import GOVERNED, Governed, Revision, Version
from govern.policy.bodies import BODIES

VIEW = "govern.view_version"


class VersionSerializer(serializers.ModelSerializer[Version]):
    """One version of a governed object."""

    name = serializers.CharField(source="object_name")
    body = serializers.SerializerMethodField()

    class Meta:
        model = Version
        fields = ("kind", "name", "number", "sha256", "author_name", "created_at", "body")

    def get_body(self, version: Version) -> dict[str, Any]:
        """The content as plain values."""
        decoded: dict[str, Any] = msgspec.json.decode(version.content)
        return decoded


class InForceSerializer(serializers.Serializer[Any]):
    """What is in force."""

    revision = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField(allow_null=True)
    policies = VersionSerializer(many=True)


def sees(person: Any, target: Governed) -> bool:
    """Whether a person may read a governed object: everything with the permission, an application owner what is theirs."""
    owned = None if person.has_perm(VIEW) else owned_by(person)
    if owned is None:
        return bool(person.has_perm(VIEW))
    return KINDS[target.KIND].is_own(target, owned)


class PolicyReadingView(GovernanceView):
    """For who may read all of policy, and for application owners."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuses who may read nothing."""
        super().initial(request, *args, **kwargs)
        if not may_see_some(request.user, VIEW):
            self.permission_denied(request, message=f"This needs the permission {VIEW}.", code="permission_missing")


class PoliciesView(PolicyReadingView):
    """Everything in force."""

    @extend_schema(
        operation_id="policies",
        tags=["governance"],
        parameters=[OpenApiParameter("kind", str, description="Only one kind.", enum=list(GOVERNED))],
        responses=InForceSerializer,
    )
    def get(self, request: Request) -> Response:
        """Lists what is in force, with the revision that says so."""
        kinds = [request.query_params["kind"]] if "kind" in request.query_params else list(GOVERNED)
        if not set(kinds) <= GOVERNED.keys():
            raise serializers.ValidationError({"kind": f"There is no such kind. Known kinds: {', '.join(GOVERNED)}."})
        revision = Revision.objects.order_by("-number").first()
        versions = [
            target.active_version
            for kind in kinds
            for target in GOVERNED[kind].objects.in_force()
            if target.active_version and sees(request.user, target)
        ]
        data = {
            "revision": revision.number if revision else None,
            "sha256": revision.sha256 if revision else None,
            "policies": versions,
        }
        return Response(InForceSerializer(data).data)


class PolicyView(PolicyReadingView):
    """One governed object."""

    @extend_schema(operation_id="policy_versions", tags=["governance"], responses=VersionSerializer(many=True))
    def get(self, request: Request, kind: str, name: str) -> Response:
        """Every version of an object, the newest first."""
        target = GOVERNED[kind].objects.filter(name=name).first() if kind in GOVERNED else None
        if target is None or not sees(request.user, target):
            raise Http404
        versions = Version.objects.filter(object_id=target.pk).order_by("-number")
        return Response(VersionSerializer(versions, many=True).data)


class PolicySchemaView(GovernanceView):
    """What bodies look like."""

    @extend_schema(operation_id="policy_schemas", tags=["governance"], responses={200: {"type": "object"}})
    def get(self, request: Request) -> Response:
        """The JSON Schema of the body of every kind."""
        schemas, components = msgspec.json.schema_components(BODIES.values(), ref_template="#/$defs/{name}")
        return Response({"kinds": dict(zip(BODIES, schemas, strict=True)), "$defs": components})
