"""For each door a body with every field that its format documents, and fields that nobody knows."""

import base64
from typing import Any

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256))).decode()
WAV = base64.b64encode(b"RIFF\x24\x08\x00\x00WAVEfmt " + bytes(range(256))).decode()
PDF = base64.b64encode(b"%PDF-1.7\n" + bytes(range(128, 256)) * 4).decode()
SIGNATURE = base64.b64encode(bytes((i * 37 + i * i * 11) % 256 for i in range(120))).decode()
SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Place",
    "description": "A place on a map.",
    "properties": {
        "city": {"type": "string", "description": "Its name.", "enum": ["Rome", "Oslo"], "default": "Rome"},
        "size": {"type": "integer", "minimum": 1234567, "examples": [7654321]},
        "type": {"anyOf": [{"type": "string", "pattern": "^a+$"}, {"$ref": "#/$defs/kind"}]},
    },
    "$defs": {"kind": {"type": "string", "const": "town"}},
    "required": ["city"],
    "x-note": {"why": "for the map"},
}
UNKNOWN: dict[str, Any] = {"note": "unknown to all", "deep": [{"deeper": {"deepest": ["text", 12345678]}}]}

CHAT: dict[str, Any] = {
    "model": "m",
    "messages": [
        {"role": "system", "content": "Be kind.", "name": "operator"},
        {"role": "developer", "content": [{"type": "text", "text": "Be brief."}]},
        {
            "role": "user",
            "name": "amy",
            "content": [
                {"type": "text", "text": "What is it?", "cache_control": {"type": "ephemeral", "ttl": "5m"}},
                {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}", "detail": "low"}},
                {"type": "image_url", "image_url": {"url": "https://example.org/cat.png"}},
                {"type": "input_audio", "input_audio": {"data": WAV, "format": "wav"}},
                {"type": "file", "file": {"filename": "a.pdf", "file_data": f"data:application/pdf;base64,{PDF}"}},
                {"type": "file", "file": {"file_id": "file-1"}, "title": "A", "context": "of a map"},
            ],
            **UNKNOWN,
        },
        {
            "role": "assistant",
            "content": "Let me look.",
            "refusal": "No.",
            "reasoning_content": "I should look.",
            "audio": {"id": "audio_1"},
            "thinking_blocks": [{"type": "thinking", "thinking": "Hm.", "signature": SIGNATURE}],
            "tool_calls": [
                {
                    "id": "call_1",
                    "type": "function",
                    "function": {"name": "look", "arguments": '{"at": "sky"}'},
                    "extra_content": {"google": {"thought_signature": SIGNATURE}},
                },
                {"id": "call_2", "type": "custom", "custom": {"name": "run", "input": "ls"}},
            ],
            "function_call": {"name": "look", "arguments": "{}"},
        },
        {"role": "tool", "tool_call_id": "call_1", "content": [{"type": "text", "text": "blue"}]},
        {"role": "function", "name": "look", "content": "blue"},
    ],
    "stream_options": {"include_usage": True, **UNKNOWN},
    "max_tokens": 1000,
    "n": 1,
    "temperature": 0.5,
    "stop": ["END"],
    "seed": 12345678,
    "tools": [
        {"type": "function", "function": {"name": "look", "description": "Looks.", "parameters": SCHEMA}},
        {"type": "custom", "custom": {"name": "run", "description": "Runs.", "format": {"type": "text"}}},
        {"type": "web_search", "search_context_size": "low"},
    ],
    "tool_choice": {"type": "function", "function": {"name": "look"}},
    "functions": [{"name": "old", "description": "Old.", "parameters": SCHEMA}],
    "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "description": "D", "schema": SCHEMA}},
    "reasoning_effort": "low",
    "verbosity": "low",
    "modalities": ["text"],
    "audio": {"format": "wav", "voice": "alloy"},
    "prediction": {"type": "content", "content": "Maybe this."},
    "metadata": {"ticket": "T 1"},
    "user": "amy",
    "safety_identifier": "s-1",
    "prompt_cache_key": "k-1",
    "logit_bias": {"50256": -100},
    "service_tier": "auto",
    "web_search_options": {"user_location": {"type": "approximate", "approximate": {"city": "Rome"}}},
    "documents": [{"title": "T", "text": "A document."}],
    "chat_template": "{{ messages }}",
    "mcp_servers": [{"url": "https://example.org/mcp", "name": "files"}],
    **UNKNOWN,
}
RESPONSES: dict[str, Any] = {
    "model": "m",
    "instructions": "Be kind.",
    "input": [
        {
            "type": "message",
            "role": "user",
            "id": "msg_1",
            "content": [
                {"type": "input_text", "text": "What is it?"},
                {"type": "input_image", "image_url": f"data:image/png;base64,{PNG}", "detail": "low"},
                {"type": "input_file", "filename": "a.pdf", "file_data": f"data:application/pdf;base64,{PDF}"},
                {"type": "input_audio", "input_audio": {"data": WAV, "format": "wav"}},
            ],
            **UNKNOWN,
        },
        {
            "type": "message",
            "role": "assistant",
            "status": "completed",
            "content": [
                {"type": "output_text", "text": "So.", "annotations": [{"type": "url_citation", "title": "t"}]},
                {"type": "refusal", "refusal": "No."},
            ],
        },
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Hm."}]},
        {"type": "reasoning", "id": "rs_2", "summary": [], "encrypted_content": SIGNATURE},
        {"type": "function_call", "call_id": "call_1", "name": "look", "arguments": '{"at":"sky"}'},
        {"type": "function_call_output", "call_id": "call_1", "output": "blue"},
        {"type": "custom_tool_call", "call_id": "call_2", "name": "run", "input": "ls"},
        {"type": "custom_tool_call_output", "call_id": "call_2", "output": [{"type": "input_text", "text": "a.txt"}]},
        {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"query": "sky", **UNKNOWN}},
        {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "reason": "fine"},
    ],
    "tools": [
        {"type": "function", "name": "look", "description": "Looks.", "parameters": SCHEMA, "strict": False},
        {"type": "custom", "name": "run", "description": "Runs.", "format": {"type": "text"}},
        {"type": "mcp", "server_label": "files", "server_url": "https://example.org/mcp", "headers": {"x-a": "b"}},
        {"type": "web_search", "user_location": {"type": "approximate", "city": "Rome"}},
    ],
    "tool_choice": {"type": "function", "name": "look"},
    "text": {"format": {"type": "json_schema", "name": "answer", "schema": SCHEMA}, "verbosity": "low"},
    "reasoning": {"effort": "low", "summary": "auto"},
    "metadata": {"ticket": "T 1"},
    "user": "amy",
    "safety_identifier": "s-1",
    "prompt_cache_key": "k-1",
    "include": ["reasoning.encrypted_content"],
    "truncation": "auto",
    "max_output_tokens": 1000,
    "temperature": 0.5,
    "service_tier": "auto",
    **UNKNOWN,
}
MESSAGES: dict[str, Any] = {
    "model": "m",
    "max_tokens": 1000,
    "system": [{"type": "text", "text": "Be kind.", "cache_control": {"type": "ephemeral"}}],
    "messages": [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "What is it?", **UNKNOWN},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}},
                {"type": "image", "source": {"type": "url", "url": "https://example.org/cat.png"}},
                {
                    "type": "document",
                    "source": {"type": "base64", "media_type": "application/pdf", "data": PDF},
                    "title": "A",
                    "context": "of a map",
                    "citations": {"enabled": True},
                },
                {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "A text."}},
                {
                    "type": "document",
                    "source": {"type": "content", "content": [{"type": "text", "text": "A part."}]},
                },
                {"type": "container_upload", "file_id": "file_1"},
            ],
        },
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "Hm.", "signature": SIGNATURE},
                {"type": "redacted_thinking", "data": SIGNATURE},
                {"type": "text", "text": "I look.", "citations": [{"type": "char_location", "cited_text": "A"}]},
                {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "sky"}},
                {
                    "type": "web_search_tool_result",
                    "tool_use_id": "srvtoolu_1",
                    "content": [
                        {"type": "web_search_result", "title": "T", "url": "u", "encrypted_content": SIGNATURE}
                    ],
                },
                {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {"at": "sky", "size": 12345678}},
            ],
        },
        {
            "role": "user",
            "content": [
                {
                    "type": "tool_result",
                    "tool_use_id": "toolu_1",
                    "content": [
                        {"type": "text", "text": "blue"},
                        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}},
                    ],
                    **UNKNOWN,
                },
                {"type": "text", "text": "Go on."},
            ],
            **UNKNOWN,
        },
    ],
    "tools": [
        {"name": "look", "description": "Looks.", "input_schema": SCHEMA, "defer_loading": True},
        {"type": "web_search_20250305", "name": "web_search", "user_location": {"type": "approximate", "city": "Rome"}},
    ],
    "tool_choice": {"type": "tool", "name": "look"},
    "thinking": {"type": "enabled", "budget_tokens": 1024, **UNKNOWN},
    "stop_sequences": ["END"],
    "metadata": {"user_id": "amy"},
    "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}},
    "mcp_servers": [{"type": "url", "url": "https://example.org/mcp", "name": "files", "authorization_token": "t"}],
    "container": {"skills": [{"skill_id": "pdf"}]},
    **UNKNOWN,
}
GOOGLE: dict[str, Any] = {
    "systemInstruction": {"parts": [{"text": "Be kind."}]},
    "contents": [
        {
            "role": "user",
            "parts": [
                {"text": "What is it?", **UNKNOWN},
                {"inlineData": {"mimeType": "image/png", "data": PNG, "displayName": "cat"}},
                {"inlineData": {"mimeType": "application/pdf", "data": PDF}},
                {"inlineData": {"mimeType": "audio/wav", "data": WAV}},
                {"inlineData": {"mimeType": "video/mp4", "data": PNG}, "videoMetadata": {"startOffset": "1s"}},
                {"fileData": {"mimeType": "image/png", "fileUri": "https://example.org/cat.png"}},
            ],
            **UNKNOWN,
        },
        {
            "role": "model",
            "parts": [
                {"text": "Hm.", "thought": True, "thoughtSignature": SIGNATURE},
                {"text": "I look."},
                {"executableCode": {"language": "PYTHON", "code": "print(1)"}},
                {
                    "functionCall": {"name": "look", "id": "c1", "args": {"at": "sky", "size": 12345678}},
                    "thoughtSignature": SIGNATURE,
                },
            ],
        },
        {
            "role": "user",
            "parts": [
                {
                    "functionResponse": {
                        "name": "look",
                        "id": "c1",
                        "response": {"result": "blue", "of": {"sky": ["a", "b"]}},
                        "parts": [{"inlineData": {"mimeType": "image/png", "data": PNG}}],
                    }
                }
            ],
        },
    ],
    "tools": [
        {"functionDeclarations": [{"name": "look", "description": "Looks.", "parameters": SCHEMA, "behavior": "B"}]},
        {"googleSearch": {"excludeDomains": ["example.org"]}},
    ],
    "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["look"]}, **UNKNOWN},
    "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}],
    "generationConfig": {
        "stopSequences": ["END"],
        "responseMimeType": "application/json",
        "responseJsonSchema": SCHEMA,
        "maxOutputTokens": 1000,
        "seed": 12345678,
        "thinkingConfig": {"thinkingBudget": 1024},
        "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}},
        **UNKNOWN,
    },
    "labels": {"ticket": "t-1"},
    **UNKNOWN,
}
EMBEDDINGS: dict[str, Any] = {
    "model": "m",
    "input": ["A text.", "Another."],
    "user": "amy",
    "encoding_format": "float",
    "input_type": "query",
    **UNKNOWN,
}
