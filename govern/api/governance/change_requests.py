"""`/api/change-requests`: proposing, discussing, approving and applying. Each endpoint calls the service that the admin calls."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from govern.api.governance.views import GovernanceView, person_of
from govern.changes.applying import apply_change
from govern.changes.approvals import progress
from govern.changes.drafts import Proposed, decode_proposal
from govern.changes.proposing import propose_change
from govern.changes.reviewing import comment_on_change, review_change
from govern.changes.submission import submit_change, withdraw_change
from govern.identity.second_factor import fresh_second_factor
from govern.models import ChangeItem, ChangeRequest, ChangeState, Review
from govern.policy.bodies import BODIES, body_name

LISTED = 100


class ProposedSerializer(serializers.Serializer[Any]):
    """One object to create, change or retire."""

    kind = serializers.ChoiceField(choices=list(BODIES))
    body = serializers.DictField(
        required=False, help_text="The whole new content; its schema is at /api/policies/schema."
    )
    retire = serializers.CharField(required=False, help_text="Name of the object to retire, instead of a body.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Either a body or a name to retire."""
        if ("body" in attrs) == ("retire" in attrs):
            raise serializers.ValidationError("Give either `body` or `retire`.")
        return attrs


class ProposalSerializer(serializers.Serializer[Any]):
    """A change to propose."""

    title = serializers.CharField(max_length=200)
    reason = serializers.CharField(max_length=10_000)
    changes = ProposedSerializer(many=True, allow_empty=False)
    effective_at = serializers.DateTimeField(required=False, allow_null=True)
    apply_by = serializers.DateTimeField(required=False, allow_null=True)
    submit = serializers.BooleanField(default=True, help_text="Put it in review at once.")


class ItemSerializer(serializers.ModelSerializer[ChangeItem]):
    """One proposed version."""

    name = serializers.CharField(source="object_name")
    base_sha256 = serializers.CharField(source="base.sha256", default=None)

    class Meta:
        model = ChangeItem
        fields = ("action", "kind", "name", "sha256", "base_sha256")


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """One review."""

    class Meta:
        model = Review
        fields = ("reviewer_name", "verdict", "reason", "digest", "created_at")


class ChangeSerializer(serializers.ModelSerializer[ChangeRequest]):
    """Where a change request stands."""

    requested_by = serializers.CharField(source="requested_by_name")
    revision = serializers.IntegerField(source="revision_id", allow_null=True)
    items = ItemSerializer(many=True)
    reviews = ReviewSerializer(many=True)
    approvals = serializers.SerializerMethodField()

    class Meta:
        model = ChangeRequest
        fields = (
            "number",
            "title",
            "reason",
            "state",
            "mode",
            "risk",
            "edition",
            "content_digest",
            "requested_by",
            "created_at",
            "submitted_at",
            "approve_by",
            "apply_by",
            "effective_at",
            "applied_at",
            "revision",
            "items",
            "reviews",
            "approvals",
        )

    def get_approvals(self, change: ChangeRequest) -> list[dict[str, Any]]:
        """What each rule asks for, and whose approvals count for it."""
        return [requirement._asdict() for requirement in progress(change)] if change.content_digest else []


class VerdictSerializer(serializers.Serializer[Any]):
    """A review to give."""

    verdict = serializers.ChoiceField(choices=Review.Verdict.choices)
    digest = serializers.CharField(help_text="The `content_digest` that was looked at.")
    reason = serializers.CharField(required=False, allow_blank=True, default="")


class CommentSerializer(serializers.Serializer[Any]):
    """A remark."""

    text = serializers.CharField(max_length=4_000)


class EditionSerializer(serializers.Serializer[Any]):
    """Which state of the draft the caller has seen."""

    edition = serializers.IntegerField()


def _all() -> QuerySet[ChangeRequest]:
    return ChangeRequest.objects.prefetch_related("items__base", "reviews").order_by("-number")


def _found(number: int) -> ChangeRequest:
    change = _all().filter(number=number).first()
    if change is None:
        raise Http404
    return change


def _proposed(entry: dict[str, Any]) -> Proposed:
    if "retire" in entry:
        return Proposed(entry["kind"], entry["retire"], None)
    body = decode_proposal(entry["kind"], entry["body"])
    return Proposed(entry["kind"], body_name(entry["kind"], body), body)


def _valid(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    checked = serializer(data=request.data)
    checked.is_valid(raise_exception=True)
    valid: dict[str, Any] = checked.validated_data
    return valid


class ChangeRequestsView(GovernanceView):
    """All change requests."""

    needs = {"GET": "govern.view_changerequest", "POST": "govern.propose_change"}

    @extend_schema(
        operation_id="change_requests",
        tags=["governance"],
        parameters=[OpenApiParameter("state", str, enum=ChangeState.values)],
        responses=ChangeSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """The newest hundred, of one state if one is named."""
        found = _all()
        if state := request.query_params.get("state"):
            found = found.filter(state=state)
        return Response(ChangeSerializer(found[:LISTED], many=True).data)

    @extend_schema(
        operation_id="propose_change",
        tags=["governance"],
        request=ProposalSerializer,
        responses={201: ChangeSerializer},
    )
    def post(self, request: Request) -> Response:
        """Opens a change request, and submits it unless `submit` is false. All or nothing."""
        given, by = _valid(ProposalSerializer, request), person_of(request)
        change = propose_change(
            [_proposed(entry) for entry in given["changes"]],
            title=given["title"],
            reason=given["reason"],
            by=by,
            effective_at=given.get("effective_at"),
            apply_by=given.get("apply_by"),
            submit=given["submit"],
        )
        return Response(ChangeSerializer(_found(change.number)).data, status=201)


class ChangeRequestView(GovernanceView):
    """One change request."""

    needs = {"GET": "govern.view_changerequest"}

    @extend_schema(operation_id="change_request", tags=["governance"], responses=ChangeSerializer)
    def get(self, request: Request, number: int) -> Response:
        """Where it stands."""
        return Response(ChangeSerializer(_found(number)).data)


class SubmitView(GovernanceView):
    """Putting a draft in review."""

    needs = {"POST": "govern.propose_change"}

    @extend_schema(
        operation_id="submit_change", tags=["governance"], request=EditionSerializer, responses=ChangeSerializer
    )
    def post(self, request: Request, number: int) -> Response:
        """Submits the draft as it was at `edition`."""
        given = _valid(EditionSerializer, request)
        submit_change(change=_found(number), by=person_of(request), edition=given["edition"])
        return Response(ChangeSerializer(_found(number)).data)


class WithdrawView(GovernanceView):
    """Giving a change up."""

    needs = {"POST": "govern.propose_change"}

    @extend_schema(operation_id="withdraw_change", tags=["governance"], request=None, responses=ChangeSerializer)
    def post(self, request: Request, number: int) -> Response:
        """Withdraws it. Only an author may."""
        withdraw_change(change=_found(number), by=person_of(request))
        return Response(ChangeSerializer(_found(number)).data)


class CommentsView(GovernanceView):
    """Remarks."""

    needs = {"POST": "govern.view_changerequest"}

    @extend_schema(
        operation_id="comment_on_change",
        tags=["governance"],
        request=CommentSerializer,
        responses={201: CommentSerializer},
    )
    def post(self, request: Request, number: int) -> Response:
        """Adds a remark."""
        given = _valid(CommentSerializer, request)
        comment = comment_on_change(change=_found(number), by=person_of(request), text=given["text"])
        return Response({"text": comment.text}, status=201)


class ReviewsView(GovernanceView):
    """Reviews."""

    needs = {"POST": "govern.review_change"}

    @extend_schema(
        operation_id="review_change", tags=["governance"], request=VerdictSerializer, responses={201: ChangeSerializer}
    )
    def post(self, request: Request, number: int) -> Response:
        """Approves, requests changes or rejects. Needs a second factor that is at most five minutes old."""
        given = _valid(VerdictSerializer, request)
        review_change(
            change=_found(number),
            by=person_of(request),
            verdict=given["verdict"],
            digest=given["digest"],
            reason=given["reason"],
            second_factor=fresh_second_factor(request),
        )
        return Response(ChangeSerializer(_found(number)).data, status=201)


class ApplyView(GovernanceView):
    """Putting a change in force."""

    needs = {"POST": "govern.apply_change"}

    @extend_schema(operation_id="apply_change", tags=["governance"], request=None, responses=ChangeSerializer)
    def post(self, request: Request, number: int) -> Response:
        """Puts an approved change in force. Needs a second factor that is at most five minutes old."""
        apply_change(change=_found(number), by=person_of(request), second_factor=fresh_second_factor(request))
        return Response(ChangeSerializer(_found(number)).data)
