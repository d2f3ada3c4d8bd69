"""`/api/keys`: API keys, issued, rotated and revoked by the same rules as in the admin."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from audit.selectors.reach import is_within, may_see_some, reach_of
from govern.api.governance.views import GovernanceView, person_of
from govern.identity.api_keys import LONGEST_GRACE, KeyRefused, issue_key, revoke_key, rotate_key
from govern.identity.second_factor import has_fresh_second_factor
from govern.models import ApiKey, Application

LISTED = 500


class KeySerializer(serializers.ModelSerializer[ApiKey]):
    """One secret. `calls` and `last_used_at` are told by gateways about once a minute."""

    application = serializers.CharField(source="application.name")
    key = serializers.CharField(source="masked")
    calls = serializers.SerializerMethodField()
    last_used_at = serializers.SerializerMethodField()

    class Meta:
        model = ApiKey
        fields = (
            "id",
            "application",
            "name",
            "key",
            "created_at",
            "expires_at",
            "replaces",
            "replaced_at",
            "revoked_at",
            "revoked_reason",
            "calls",
            "last_used_at",
        )

    def get_calls(self, key: ApiKey) -> int:
        """Requests that came with it."""
        return key.use.calls if hasattr(key, "use") else 0

    def get_last_used_at(self, key: ApiKey) -> datetime | None:
        """When the last one came; null for never."""
        return key.use.last_used_at if hasattr(key, "use") else None


class IssuedSerializer(KeySerializer):
    """A key with its secret, which is never told again."""

    secret = serializers.CharField(default="")

    class Meta(KeySerializer.Meta):
        fields = (*KeySerializer.Meta.fields, "secret")  # type: ignore[assignment]


class IssueSerializer(serializers.Serializer[Any]):
    """What a new key is called, whose it is, and when it ends by itself."""

    application = serializers.CharField(max_length=200)
    name = serializers.CharField(max_length=120)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class RotateSerializer(serializers.Serializer[Any]):
    """For how many seconds the old secret goes on working, and when the new one ends by itself."""

    grace_s = serializers.IntegerField(min_value=0, max_value=int(LONGEST_GRACE.total_seconds()))
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class RevokeSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=500)


class KeysView(GovernanceView):
    """Every key within reach, and new ones."""

    @extend_schema(
        parameters=[
            OpenApiParameter("application", OpenApiTypes.STR),
            OpenApiParameter(
                "unused_days",
                OpenApiTypes.INT,
                description="Usable keys, older than that, with which nothing came for so many days.",
            ),
        ],
        responses=KeySerializer(many=True),
        operation_id="keys_list",
    )
    def get(self, request: Request) -> Response:
        """Keys by application and name."""
        found = _within(request, "govern.view_apikey")
        if application := request.query_params.get("application"):
            found = found.filter(application__name=application)
        if days := request.query_params.get("unused_days"):
            if not (days.isascii() and days.isdigit()) or not 1 <= int(days[:6]) <= 3_650:
                raise serializers.ValidationError({"unused_days": "Give a whole number of days from 1 to 3650."})
            found = found & ApiKey.objects.unused(since=timezone.now() - timedelta(days=int(days)))
        return Response(KeySerializer(found[:LISTED], many=True).data)

    @extend_schema(request=IssueSerializer, responses={201: IssuedSerializer}, operation_id="keys_issue")
    def post(self, request: Request) -> Response:
        """Issues a key. Its secret is in this answer and nowhere else."""
        reach = _may(request, "govern.add_apikey")
        _confirm(request)
        asked = _asked(IssueSerializer, request)
        application: Any = Application.objects.filter(name=asked["application"]).first()
        if application is None or not is_within(application.name, reach):
            raise serializers.ValidationError({"application": "No application of this name is within your reach."})
        try:
            key, secret = issue_key(
                application=application, name=asked["name"], by=person_of(request), expires_at=asked["expires_at"]
            )
        except KeyRefused as refused:
            raise serializers.ValidationError({"name": str(refused)}) from None
        return _issued(key, secret)


class KeyView(GovernanceView):
    """One key."""

    @extend_schema(responses=KeySerializer, operation_id="keys_read")
    def get(self, request: Request, pk: UUID) -> Response:
        """A key, without its secret."""
        return Response(KeySerializer(_found(request, pk, "govern.view_apikey")).data)


class RotateKeyView(GovernanceView):
    """A new secret under the same name."""

    @extend_schema(request=RotateSerializer, responses={201: IssuedSerializer}, operation_id="keys_rotate")
    def post(self, request: Request, pk: UUID) -> Response:
        """Issues a new secret; the old one ends after `grace_s` seconds by itself."""
        key = _found(request, pk, "govern.add_apikey")
        _confirm(request)
        asked = _asked(RotateSerializer, request)
        grace = timedelta(seconds=asked["grace_s"])
        try:
            issued = rotate_key(key=key, by=person_of(request), grace=grace, expires_at=asked["expires_at"])
        except KeyRefused as refused:
            raise serializers.ValidationError({"id": str(refused)}) from None
        return _issued(*issued)


class RevokeKeyView(GovernanceView):
    """The end of a key."""

    @extend_schema(request=RevokeSerializer, responses=KeySerializer, operation_id="keys_revoke")
    def post(self, request: Request, pk: UUID) -> Response:
        """Revokes this secret for good; another one of the same name goes on."""
        key = _found(request, pk, "govern.change_apikey")
        revoke_key(key=key, by=person_of(request), reason=_asked(RevokeSerializer, request)["reason"])
        return Response(KeySerializer(_found(request, pk, "govern.change_apikey")).data)


def _may(request: Request, permission: str) -> frozenset[str] | None:
    """Of which applications the person may. Raises `PermissionDenied` for none."""
    if not may_see_some(request.user, permission):
        raise PermissionDenied(f"This needs the permission {permission}.", code="permission_missing")
    return reach_of(request.user, permission)


def _within(request: Request, permission: str) -> QuerySet[ApiKey]:
    reach = _may(request, permission)
    found = ApiKey.objects.select_related("application", "use")
    return found if reach is None else found.filter(application__name__in=reach)


def _found(request: Request, pk: UUID, permission: str) -> ApiKey:
    key = _within(request, permission).filter(pk=pk).first()
    if key is None:
        raise Http404
    return key


def _confirm(request: Request) -> None:
    if settings.GOVERN_KEYS_SECOND_FACTOR and not has_fresh_second_factor(request):
        raise PermissionDenied(
            "Issuing keys needs a second factor that is at most five minutes old here. Confirm that it is you, then ask again.",
            code="second_factor",
        )


def _asked(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    asked = serializer(data=request.data)
    asked.is_valid(raise_exception=True)
    found: dict[str, Any] = asked.validated_data
    return found


def _issued(key: ApiKey, secret: str) -> Response:
    answer = Response({**KeySerializer(key).data, "secret": secret}, status=201)
    answer["Cache-Control"] = "no-store"
    return answer
