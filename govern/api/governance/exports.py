"""`/api/exports`: asking for rows of the trail, looking how far they are, and fetching them once."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from audit.admin.export_form import FIELDS, read_form
from audit.exports.asking import ExportRefused, ask_for_export
from audit.exports.formats import FORMATS
from audit.exports.links import make_link, use_link
from audit.models.export import Export
from audit.selectors.reach import Applications, may_see_some, reach_of
from govern.api.governance.views import GovernanceView, person_of
from govern.changes.payload_exports import export_payloads
from govern.identity.second_factor import has_fresh_second_factor

_VIEW = "audit.view_auditevent"


class ExportSerializer(serializers.ModelSerializer[Export]):
    """One export. `rows` grows while it is written."""

    class Meta:
        model = Export
        fields = (
            "id", "state", "asked_by", "asked_at", "formats", "payloads", "rows", "bytes", "manifest_sha256", "problem",
            "ended_at", "expires_at",
        )  # fmt: skip


class AskSerializer(serializers.Serializer[Any]):
    """Which rows, in which formats. Without filters: everything that the person may see."""

    payloads = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=120,
        help_text="An export of prompts in force that names the person who asks. It says which rows: no filters beside it.",
    )  # fmt: skip
    formats = serializers.ListField(child=serializers.ChoiceField(choices=sorted(FORMATS)), allow_empty=False)
    filters = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=200), required=False, default=dict,
        help_text=f"Any of {', '.join(FIELDS)}. Times without a zone are in UTC.",
    )  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """No field that nothing looks at."""
        if unknown := sorted(set(attrs["filters"]) - set(FIELDS)):
            raise serializers.ValidationError(
                {"filters": f"There is no filter {unknown[0]}. There are: {', '.join(FIELDS)}."}
            )
        if attrs["payloads"] and any(attrs["filters"].values()):
            raise serializers.ValidationError(
                {"filters": "What was approved says which rows are exported. Leave filters out."}
            )
        return attrs


class LinkSerializer(serializers.Serializer[Any]):
    """A link that fetches the pack once, by POST, for the person who asked."""

    url = serializers.CharField()
    expires_at = serializers.DateTimeField()


class ExportsView(GovernanceView):
    """Exports of the person who asks."""

    @extend_schema(operation_id="exports_list", responses=ExportSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The latest hundred, newest first."""
        _reach(request)
        found = Export.objects.filter(asked_by=person_of(request).get_username())[:100]
        return Response(ExportSerializer(found, many=True).data)

    @extend_schema(operation_id="exports_ask", request=AskSerializer, responses={201: ExportSerializer})
    def post(self, request: Request) -> Response:
        """Asks for an export of what is sealed now."""
        reach = _reach(request)
        asked = AskSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        form = read_form(asked.validated_data["filters"], within=reach)
        if form.asked is None:
            raise serializers.ValidationError({"filters": str(form.problem)})
        if name := asked.validated_data["payloads"]:
            return Response(ExportSerializer(_with_payloads(request, name, asked.validated_data["formats"])).data, 201)
        try:
            export = ask_for_export(
                asked=form.asked, formats=asked.validated_data["formats"], by=person_of(request).get_username()
            )
        except ExportRefused as refused:
            raise serializers.ValidationError({"formats": str(refused)}) from None
        return Response(ExportSerializer(export).data, status=201)


class ExportView(GovernanceView):
    """One export."""

    @extend_schema(operation_id="exports_read", responses=ExportSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """How far it is."""
        return Response(ExportSerializer(_own(request, pk)).data)


class ExportDownloadView(GovernanceView):
    """Making a link to an export."""

    @extend_schema(operation_id="exports_download", request=None, responses={201: LinkSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """A link that fetches the pack once, within a quarter of an hour: POST to it."""
        try:
            token, link = make_link(export=_own(request, pk), by=person_of(request).get_username())
        except ExportRefused as refused:
            raise serializers.ValidationError({"state": str(refused)}) from None
        url = request.build_absolute_uri(reverse("api-export-fetch", args=[token]))
        return Response(LinkSerializer({"url": url, "expires_at": link.expires_at}).data, status=201)


class ExportFetchView(GovernanceView):
    """Using a link up."""

    @extend_schema(
        operation_id="exports_fetch", request=None, responses={(200, "application/zip"): OpenApiTypes.BINARY}
    )
    def post(self, request: Request, token: str) -> HttpResponseBase:
        """The pack, a ZIP archive."""
        _reach(request)
        try:
            pack = use_link(token=token, by=person_of(request).get_username())
        except ExportRefused:
            raise Http404 from None
        return FileResponse(pack.open("rb"), as_attachment=True, filename=f"govern-export-{pack.name}")


def _with_payloads(request: Request, name: str, formats: list[str]) -> Export:
    """The export that others approved. Raises what the answer says."""
    if not has_fresh_second_factor(request):
        raise PermissionDenied(
            "Exporting prompts and answers needs a second factor of the last five minutes.", code="second_factor"
        )
    try:
        return export_payloads(name=name, formats=formats, by=person_of(request))
    except ExportRefused as refused:
        raise serializers.ValidationError({"payloads": str(refused)}) from None


def _reach(request: Request) -> Applications:
    """Of which applications the person may take rows. Raises `PermissionDenied`."""
    person = person_of(request)
    if not may_see_some(person, _VIEW):
        raise PermissionDenied(f"This needs the permission {_VIEW}.", code="permission_missing")
    return reach_of(person, _VIEW)


def _own(request: Request, pk: UUID) -> Export:
    _reach(request)
    found = Export.objects.filter(pk=pk, asked_by=person_of(request).get_username()).first()
    if found is None:
        raise Http404
    return found
