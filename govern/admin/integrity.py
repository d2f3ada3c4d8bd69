"""The integrity page shows the key that signs checkpoints; the pages over the trail do not know where keys come from."""

from audit.admin import CheckpointAdmin
from govern.identity.sealing_key import trail_signer

CheckpointAdmin.public_key = staticmethod(lambda: trail_signer().public_key)
