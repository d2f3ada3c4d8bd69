"""Paths under `/account/`. Only what Govern offers: nobody signs up, and addresses and passwords are not managed here."""

from allauth.account import views as account
from allauth.mfa.recovery_codes.views import download_recovery_codes
from allauth.mfa.webauthn.views import login_webauthn
from allauth.socialaccount import views as socialaccount
from allauth.urls import build_provider_urlpatterns
from django.urls import path
from django.views.generic import RedirectView

from govern.identity import account_views as own
from govern.identity.confirmation import ConfirmationView
from govern.identity.finishing import unfinished_view
from govern.identity.identity_providers import oidc_callback, oidc_login, refuses_bad_answers, saml_finish

to_security = RedirectView.as_view(pattern_name="mfa_index")
to_sign_in = RedirectView.as_view(pattern_name="account_login")

urlpatterns = [
    path("", to_security),
    path("login/", own.SignInView.as_view(), name="account_login"),
    path("login/passkey/", login_webauthn, name="mfa_login_webauthn"),
    path("login/second-step/", own.SecondStepView.as_view(), name="mfa_authenticate"),
    path("invitation/<str:number>/<str:token>/", own.InvitationView.as_view(), name="account_invitation"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("confirm/", ConfirmationView.as_view(), name="mfa_reauthenticate"),
    path("unfinished/<str:token>/", unfinished_view, name="account_unfinished"),
    path("confirm/password/", own.PasswordConfirmationView.as_view(), name="account_reauthenticate"),
    path("continue/", own.ContinueView.as_view(), name="account_continue"),
    path("security/", own.SecurityView.as_view(), name="mfa_index"),
    path("security/app/", own.SetUpAppView.as_view(), name="mfa_activate_totp"),
    path("security/app/remove/", own.RemoveAppView.as_view(), name="mfa_deactivate_totp"),
    path("security/passkeys/", to_security, name="mfa_list_webauthn"),
    path("security/passkeys/add/", own.AddPasskeyView.as_view(), name="mfa_add_webauthn"),
    path("security/passkeys/<int:pk>/remove/", own.RemovePasskeyView.as_view(), name="mfa_remove_webauthn"),
    path("security/recovery-codes/", own.RecoveryCodesView.as_view(), name="mfa_view_recovery_codes"),
    path("security/recovery-codes/new/", own.NewRecoveryCodesView.as_view(), name="mfa_generate_recovery_codes"),
    path("security/recovery-codes/download/", download_recovery_codes, name="mfa_download_recovery_codes"),
    path("security/sessions/end/", own.EndSessionsView.as_view(), name="account_end_sessions"),
    path("security/sessions/<int:pk>/end/", own.EndSessionsView.as_view(), name="account_end_session"),
    path("security/link/<str:provider>/", refuses_bad_answers(own.LinkView.as_view()), name="account_link"),
    path("sso/cancelled/", socialaccount.login_cancelled, name="socialaccount_login_cancelled"),
    path("sso/error/", socialaccount.login_error, name="socialaccount_login_error"),
    path("sso/connections/", to_security, name="socialaccount_connections"),
    path("sso/signup/", to_sign_in, name="socialaccount_signup"),
    # Before those of allauth, which have the same names and addresses: these refuse in words whatever cannot be read.
    path("oidc/<str:provider_id>/login/", oidc_login, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", oidc_callback, name="openid_connect_callback"),
    path("saml/<str:organization_slug>/acs/finish/", saml_finish, name="saml_finish_acs"),
    *build_provider_urlpatterns(),
]
