"""`/api/budget-freezes`: applications that may not spend under a budget, and letting them spend again."""

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from govern.api.governance.views import GovernanceView, person_of
from govern.budgets.freezes import LONGEST_REASON, PERMISSION, FreezeRefused, lift_freeze
from govern.models import BudgetFreeze

LISTED = 100


class FreezeSerializer(serializers.ModelSerializer[BudgetFreeze]):
    """One freeze, standing or lifted. Money is in nano-dollars."""

    lifted_by = serializers.CharField(source="lifted_by.username", default=None)

    class Meta:
        model = BudgetFreeze
        fields = (
            "id",
            "budget_id",
            "budget_name",
            "application",
            "call_id",
            "held_nano_usd",
            "cost_nano_usd",
            "at",
            "lifted_at",
            "lifted_by",
            "lifted_reason",
        )


class LiftSerializer(serializers.Serializer[Any]):
    """Why the application may spend again."""

    reason = serializers.CharField(max_length=LONGEST_REASON)


class BudgetFreezesView(GovernanceView):
    """The latest freezes, those that stand first."""

    needs = {"GET": "govern.view_budget"}

    @extend_schema(responses=FreezeSerializer(many=True), operation_id="budget_freezes_list")
    def get(self, request: Request) -> Response:
        """Freezes, newest first."""
        standing = list(BudgetFreeze.objects.standing().select_related("lifted_by")[:LISTED])
        lifted = list(BudgetFreeze.objects.exclude(lifted_at=None).select_related("lifted_by")[:LISTED])
        return Response(FreezeSerializer([*standing, *lifted][:LISTED], many=True).data)


class LiftFreezeView(GovernanceView):
    """Lets an application spend again."""

    needs = {"POST": PERMISSION}

    @extend_schema(request=LiftSerializer, responses=FreezeSerializer, operation_id="budget_freezes_lift")
    def post(self, request: Request, pk: UUID) -> Response:
        """Lifts a freeze, with a reason."""
        asked = LiftSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            freeze = lift_freeze(freeze_id=pk, reason=asked.validated_data["reason"], by=person_of(request))
        except BudgetFreeze.DoesNotExist:
            raise Http404 from None
        except FreezeRefused as refused:
            raise serializers.ValidationError({"reason": str(refused)}) from None
        return Response(FreezeSerializer(freeze).data)
