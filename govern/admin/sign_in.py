"""The admin's door: signing in goes through the account pages, and what allauth would list here is not listed."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin

# Second factors and sessions are shown to the person they belong to, and counted in the access review.
admin.site.unregister((EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession))
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
