"""The paths below `/api/`."""

from django.urls import path

from govern.api.governance.budget_freezes import BudgetFreezesView, LiftFreezeView
from govern.api.governance.change_requests import (
    ApplyView,
    ChangeRequestsView,
    ChangeRequestView,
    CommentsView,
    ReviewsView,
    SubmitView,
    WithdrawView,
)
from govern.api.governance.exports import ExportDownloadView, ExportFetchView, ExportsView, ExportView
from govern.api.governance.keys import KeysView, KeyView, RevokeKeyView, RotateKeyView
from govern.api.governance.policies import PoliciesView, PolicySchemaView, PolicyView

urlpatterns = [
    path("policies", PoliciesView.as_view(), name="api-policies"),
    path("policies/schema", PolicySchemaView.as_view(), name="api-policy-schema"),
    path("policies/<str:kind>/<path:name>", PolicyView.as_view(), name="api-policy"),
    path("budget-freezes", BudgetFreezesView.as_view(), name="api-budget-freezes"),
    path("budget-freezes/<uuid:pk>/lift", LiftFreezeView.as_view(), name="api-budget-freeze-lift"),
    path("exports", ExportsView.as_view(), name="api-exports"),
    path("exports/<uuid:pk>", ExportView.as_view(), name="api-export"),
    path("exports/<uuid:pk>/download", ExportDownloadView.as_view(), name="api-export-download"),
    path("exports/fetch/<str:token>", ExportFetchView.as_view(), name="api-export-fetch"),
    path("keys", KeysView.as_view(), name="api-keys"),
    path("keys/<uuid:pk>", KeyView.as_view(), name="api-key"),
    path("keys/<uuid:pk>/rotate", RotateKeyView.as_view(), name="api-key-rotate"),
    path("keys/<uuid:pk>/revoke", RevokeKeyView.as_view(), name="api-key-revoke"),
    path("change-requests", ChangeRequestsView.as_view(), name="api-changes"),
    path("change-requests/<int:number>", ChangeRequestView.as_view(), name="api-change"),
    path("change-requests/<int:number>/submit", SubmitView.as_view(), name="api-change-submit"),
    path("change-requests/<int:number>/withdraw", WithdrawView.as_view(), name="api-change-withdraw"),
    path("change-requests/<int:number>/comments", CommentsView.as_view(), name="api-change-comments"),
    path("change-requests/<int:number>/reviews", ReviewsView.as_view(), name="api-change-reviews"),
    path("change-requests/<int:number>/apply", ApplyView.as_view(), name="api-change-apply"),
]
