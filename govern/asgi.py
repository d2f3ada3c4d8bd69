"""What the server runs: the data plane's fast door in front of Django."""

import os
from typing import cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govern.settings.embedded")
django = get_asgi_application()

from govern.api.endpoints import ENDPOINTS, FAMILIES  # noqa: E402 (needs Django's apps)
from govern.gateway.doors.asgi_door import Application, Router  # noqa: E402

application = Router(ENDPOINTS, FAMILIES, cast(Application, django))
