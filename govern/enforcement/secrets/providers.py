"""Keys with a form of their own, by the service that gives them out."""

from __future__ import annotations

from govern.enforcement.secrets.checks import entropy_bits, random_looking
from govern.enforcement.secrets.published import published
from govern.enforcement.values.kind import ValueKind


def _key(id: str, *expressions: str, longest: int = 0, severity: str = "critical", alone: float = 0.95) -> ValueKind:
    """A key that is recognised by its beginning."""
    return ValueKind(
        id, expressions, random_looking, alone=alone, longest=longest, whole_run=True, severity=severity, glue=""
    )


def _aws_key_id(value: str) -> bool:
    return entropy_bits(value) > 2.5 and not published(value)


_W = "[A-Za-z0-9_-]"
"""Also where a key holds letters and digits only: with a mark in the class, the engine finds the start of a run five times as fast."""

KINDS = (
    _key("govern_key", rf"\bgk-{_W}{{16,}}\b"),
    _key("openai_key", rf"\bsk-(?:proj|svcacct|admin|None)-{_W}{{20,}}\b", r"\bsk-[A-Za-z0-9]{20,}\b"),
    _key("anthropic_key", rf"\bsk-ant-{_W}{{20,}}\b"),
    _key("openrouter_key", r"\bsk-or-v1-[a-f0-9]{32,}\b"),
    _key("groq_key", r"\bgsk_[A-Za-z0-9]{32,}\b"),
    _key("xai_key", r"\bxai-[A-Za-z0-9]{32,}\b"),
    _key("perplexity_key", r"\bpplx-[A-Za-z0-9]{32,}\b"),
    _key("replicate_token", r"\br8_[A-Za-z0-9]{32,}\b"),
    _key("hugging_face_token", r"\bhf_[A-Za-z0-9]{24,}\b", r"\bapi_org_[A-Za-z]{34}\b"),
    _key("google_api_key", rf"\bAIza{_W}{{30,}}\b"),
    _key("google_oauth_token", rf"\bya29\.{_W}{{20,}}\b", rf"\bGOCSPX-{_W}{{24,}}\b"),
    ValueKind(
        "aws_access_key",
        (r"\b(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{16}\b",),
        _aws_key_id,
        alone=0.95,
        severity="critical",
        glue="",
    ),
    _key("aws_bedrock_key", r"\bABSK[A-Za-z0-9+/=]{60,}\b"),
    _key("azure_storage_key", r"\bAccountKey=[A-Za-z0-9+/]{60,}={0,2}"),
    _key("azure_client_secret", r"\b[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.\-]{31,34}\b", longest=64),
    _key("azure_sas", r"\bsig=[A-Za-z0-9%]{40,}%3[Dd]"),
    _key("github_token", r"\bgh[pousr]_[A-Za-z0-9]{30,}\b", r"\bgithub_pat_[A-Za-z0-9_]{30,}\b"),
    _key("gitlab_token", rf"\bgl(?:pat|ptt|dt|rt|cbt|soat|ft|imt|agent)-{_W}{{20,}}\b"),
    _key("bitbucket_token", rf"\bATBB{_W}{{28,}}\b", rf"\bATATT3{_W}{{60,}}"),
    _key("slack_token", r"\bxox[abeoprs]-[A-Za-z0-9\-]{10,}\b", r"\bxapp-\d-[A-Za-z0-9\-]{20,}\b"),
    _key("slack_webhook", r"\bhooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9_/\-]{20,}\b"),
    _key("discord_webhook", r"\bdiscord(?:app)?\.com/api/webhooks/\d{16,20}/[A-Za-z0-9_\-]{40,}\b"),
    _key("discord_token", rf"\b[MNO][A-Za-z0-9_\-]{{23,27}}\.{_W}{{6}}\.{_W}{{27,38}}\b", longest=80),
    _key("telegram_token", rf"\b\d{{8,10}}:AA{_W}{{33}}\b", longest=64),
    _key("stripe_key", r"\b[srp]k_(?:live|test)_[A-Za-z0-9]{16,}\b", r"\bwhsec_[A-Za-z0-9+/=]{24,}\b"),
    _key("square_token", rf"\bsq0(?:atp|csp|idp)-{_W}{{20,}}\b", r"\bEAAA[A-Za-z0-9_\-]{60}\b"),
    _key("paypal_token", r"\baccess_token\$production\$[a-z0-9]{16}\$[a-f0-9]{32}\b", longest=90),
    _key("shopify_token", r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b", longest=48),
    _key("twilio_key", r"\b(?:AC|SK)[0-9a-f]{32}\b", longest=34),
    _key("sendgrid_key", rf"\bSG\.{_W}{{16,32}}\.{_W}{{16,64}}\b", longest=120),
    _key("mailgun_key", r"\bkey-[0-9a-f]{32}\b", longest=36),
    _key("mailchimp_key", r"\b[0-9a-f]{32}-us\d{1,2}\b", longest=40),
    _key("brevo_key", rf"\bxkeysib-[a-f0-9]{{64}}-{_W}{{16}}\b", longest=96),
    _key("npm_token", r"\bnpm_[A-Za-z0-9]{30,}\b"),
    _key("pypi_token", rf"\bpypi-AgE{_W}{{50,}}"),
    _key("rubygems_key", r"\brubygems_[a-f0-9]{48}\b", longest=60),
    _key("docker_token", rf"\bdckr_(?:pat|oat)_{_W}{{20,}}\b"),
    _key("digitalocean_token", r"\bdo[oprt]_v1_[a-f0-9]{64}\b", longest=80),
    _key("heroku_key", rf"\bHRKU-{_W}{{36,}}\b"),
    _key("vercel_token", r"\bvc[ipark]_[A-Za-z0-9]{24,}\b"),
    _key("cloudflare_token", r"\bv1\.0-[a-f0-9]{24}-[a-f0-9]{100,}\b"),
    _key("databricks_token", r"\bdapi[a-f0-9]{32}(?:-\d)?\b", longest=40),
    _key("datadog_key", r"\bdd(?:api|app)_[A-Za-z0-9]{30,}\b"),
    _key("new_relic_key", r"\bNR(?:AK|JS|II|AL|RA|SP)-[A-Z0-9a-z]{20,}\b"),
    _key("grafana_token", r"\bgl(?:sa|c)_[A-Za-z0-9_+/=]{32,}\b"),
    _key("sentry_token", r"\bsntry[su]_[A-Za-z0-9+/=_]{40,}"),
    _key("pulumi_token", r"\bpul-[a-f0-9]{40}\b", longest=44),
    _key("terraform_token", rf"\b[A-Za-z0-9]{{14}}\.atlasv1\.{_W}{{60,}}\b"),
    _key("vault_token", rf"\bhv[sbr]\.{_W}{{20,}}\b"),
    _key("age_key", r"\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b", longest=80),
    _key("linear_key", r"\blin_(?:api|oauth)_[A-Za-z0-9]{32,}\b"),
    _key("notion_token", r"\bntn_[A-Za-z0-9]{40,}\b"),
    _key("airtable_token", r"\bpat[A-Za-z0-9]{14}\.[a-f0-9]{64}\b", longest=90),
    _key("postman_key", r"\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\b", longest=70),
    _key("supabase_key", rf"\bsb(?:p|_secret|_publishable)_{_W}{{20,}}\b"),
    _key("planetscale_token", r"\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.\-]{30,}\b"),
    _key("tailscale_key", r"\btskey-[a-z]{2,10}-[A-Za-z0-9]{8,}-[A-Za-z0-9]{16,}\b"),
    _key("langsmith_key", r"\blsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}\b", longest=60),
    _key("facebook_token", rf"\bEAA[A-Z]{_W}{{60,}}\b"),
    _key("dropbox_token", rf"\bsl\.(?:u\.)?{_W}{{60,}}\b"),
    _key("figma_token", rf"\bfigd_{_W}{{36,}}\b"),
    _key("artifactory_token", rf"\bAKC{_W}{{64,}}\b", rf"\bcmVmdGtuO{_W}{{50,}}\b"),
)
