"""JSON Schemas of the data plane for the OpenAPI document."""

from typing import Any

CHAT_REQUEST: dict[str, Any] = {
    "application/json": {
        "type": "object",
        "required": ["model", "messages"],
        "additionalProperties": True,
        "properties": {
            "model": {
                "type": "string",
                "description": "A catalogue name, `auto` (policy decides) or `workflow/NAME`.",
                "example": "auto",
            },
            "messages": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["role"],
                    "properties": {
                        "role": {"type": "string", "enum": ["system", "developer", "user", "assistant", "tool"]},
                        "content": {"description": "Text, or a list of parts (text, image_url, input_audio, file)."},
                    },
                },
            },
            "stream": {"type": "boolean", "default": False},
            "max_tokens": {"type": "integer", "minimum": 1},
            "max_completion_tokens": {"type": "integer", "minimum": 1},
            "temperature": {"type": "number", "minimum": 0, "maximum": 2},
            "n": {"type": "integer", "minimum": 1},
            "tools": {"type": "array", "items": {"type": "object"}},
            "response_format": {"type": "object"},
            "metadata": {
                "type": "object",
                "description": "`task` tells routing what the call is for; all of it can be read by policy conditions.",
            },
        },
    }
}

CHAT_RESPONSE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "object": {"type": "string", "enum": ["chat.completion"]},
        "created": {"type": "integer"},
        "model": {"type": "string"},
        "choices": {"type": "array", "items": {"type": "object"}},
        "usage": {"type": "object"},
    },
}

EXPLANATION_RESPONSE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "object": {"type": "string", "enum": ["govern.explanation"]},
        "revision": {"type": "integer"},
        "request": {"type": "object", "description": "What the call is like: task, complexity, tokens, modalities."},
        "route": {"type": "string", "description": "`policy/rule`, `direct`, or `none`."},
        "objective": {"type": "string", "nullable": True},
        "drawn": {"type": "boolean", "description": "Whether another call of the same content may go elsewhere."},
        "order": {"type": "array", "items": {"type": "string"}, "description": "Deployments in the order of asking."},
        "rules": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "policy": {"type": "string"},
                    "rule": {"type": "string"},
                    "outcome": {"type": "string", "enum": ["taken", "no", "failed", "later"]},
                },
            },
        },
        "candidates": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "model": {"type": "string"},
                    "role": {"type": "string", "enum": ["small", "candidate", "fallback", "canary", "named"]},
                    "asked": {"type": "integer", "nullable": True},
                    "reasons": {"type": "array", "items": {"type": "string"}},
                    "expected": {"type": "object"},
                    "propensity": {"type": "number"},
                },
            },
        },
    },
}

EMBEDDINGS_REQUEST: dict[str, Any] = {
    "application/json": {
        "type": "object",
        "required": ["model", "input"],
        "properties": {
            "model": {"type": "string"},
            "input": {"description": "A text, a list of texts, or lists of tokens."},
            "dimensions": {"type": "integer", "minimum": 1},
            "encoding_format": {"type": "string", "enum": ["float", "base64"]},
        },
    }
}

EMBEDDINGS_RESPONSE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "object": {"type": "string", "enum": ["list"]},
        "data": {"type": "array", "items": {"type": "object"}},
        "model": {"type": "string"},
        "usage": {"type": "object"},
    },
}

ANY_OBJECT: dict[str, Any] = {"application/json": {"type": "object", "additionalProperties": True}}
ERRORS = (400, 401, 403, 404, 413, 429, 500, 502, 503, 504)
"""Statuses that any call may end with."""

GUARD_REQUEST: dict[str, Any] = {
    "application/json": {
        "type": "object",
        "required": ["input"],
        "additionalProperties": False,
        "properties": {
            "input": {
                "oneOf": [
                    {"type": "string"},
                    {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 128},
                ]
            },
            "said_by": {
                "type": "string",
                "enum": ["user", "system", "tool", "assistant"],
                "default": "user",
                "description": "What the assistant says is judged as an answer, everything else as a request.",
            },
            "model": {"type": "string", "maxLength": 120, "description": "Where the texts go, for rules that read it."},
            "region": {"type": "string", "maxLength": 120},
        },
    }
}
_ACTION: dict[str, Any] = {"type": "string", "enum": ["allow", "flag", "redact", "block"]}
_WORD: dict[str, Any] = {"type": "string", "nullable": True}
GUARD_RESPONSE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "description": "The request id, under which it is on the record."},
        "object": {"type": "string", "enum": ["guard.verdict"]},
        "verdict": _ACTION,
        "severity": {"type": "string", "enum": ["none", "low", "medium", "high", "critical"]},
        "code": {**_WORD, "description": "The error code that a call would be refused with."},
        "guard": _WORD,
        "rule": _WORD,
        "policy": _WORD,
        "message": {**_WORD, "description": "What the caller of a blocked call is told."},
        "violation_id": _WORD,
        "revision": {"type": "integer"},
        "guards": {"type": "array", "items": {"type": "string"}, "description": "The guards that were asked."},
        "results": {
            "type": "array",
            "description": "One for each text.",
            "items": {
                "type": "object",
                "properties": {
                    "verdict": _ACTION,
                    "replacement": {**_WORD, "description": "The text as redaction leaves it, where it changes it."},
                    "findings": {"type": "array", "items": {"type": "object", "additionalProperties": True}},
                },
            },
        },
    },
}

MODELS_RESPONSE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "object": {"type": "string", "enum": ["list"]},
        "data": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "string"},
                    "object": {"type": "string"},
                    "created": {"type": "integer"},
                    "owned_by": {"type": "string"},
                },
            },
        },
    },
}

_BASE64 = {"type": "string", "format": "byte"}

RECEIPT_RESPONSE: dict[str, Any] = {
    "type": "object",
    "description": "What `verify.py` checks.",
    "properties": {
        "format": {"type": "string", "enum": ["govern-receipt/1"]},
        "event": {**_BASE64, "description": "What the record says of the answer: binary COPY of PostgreSQL."},
        "rest_digest": {**_BASE64, "description": "SHA-256 of what else the record says."},
        "nonce": {**_BASE64, "description": "What the answer's digest is bound with."},
        "index": {"type": "integer", "description": "The event's place in the tree."},
        "proof": {"type": "array", "items": _BASE64, "description": "RFC 6962, the lowest hash first."},
        "checkpoint": {"type": "string", "description": "A C2SP signed note."},
        "key_id": {"type": "string", "description": "The key that signed it."},
    },
}

PENDING_RECEIPT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "object": {"type": "string", "enum": ["receipt"]},
        "status": {"type": "string", "enum": ["pending"]},
        "message": {"type": "string"},
    },
}

ERROR: dict[str, Any] = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {
                "message": {"type": "string", "description": "What to do next. Never quotes the request."},
                "type": {"type": "string"},
                "param": {"type": "string", "nullable": True},
                "code": {"type": "string"},
                "govern": {
                    "type": "object",
                    "properties": {
                        "violation_id": {"type": "string", "nullable": True},
                        "rule": {"type": "string", "nullable": True},
                        "guard": {"type": "string", "nullable": True},
                        "revision": {"type": "integer", "nullable": True},
                        "link": {"type": "string", "nullable": True},
                    },
                },
            },
        }
    },
}

ANY_RESPONSES: dict[int, Any] = {200: {"type": "object", "additionalProperties": True}, **dict.fromkeys(ERRORS, ERROR)}
"""Answers in formats that others document."""
