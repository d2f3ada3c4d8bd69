"""The words that formats themselves define: names of fields, and values that a field can only choose from.

They say nothing of a caller's, so guards need not read them. A name that is missing here is read, which costs time and
nothing else.
"""

FIELDS = frozenset(
    (
        # chat completions
        *("model", "messages", "stream", "stream_options", "include_usage", "include_obfuscation", "max_tokens"),
        *("max_completion_tokens", "n", "temperature", "top_p", "top_k", "stop", "seed", "logprobs", "top_logprobs"),
        *(
            "tools",
            "tool_choice",
            "parallel_tool_calls",
            "functions",
            "function_call",
            "response_format",
            "json_schema",
        ),
        *("reasoning_effort", "verbosity", "thinking", "modalities", "audio", "prediction", "metadata", "user"),
        *("safety_identifier", "prompt_cache_key", "store", "presence_penalty", "frequency_penalty", "logit_bias"),
        *("service_tier", "web_search_options", "native_fields", "role", "content", "name", "tool_calls"),
        *("tool_call_id", "is_error", "refusal", "reasoning_content", "thinking_blocks", "native_blocks"),
        *("cache_control", "extra_content", "type", "text", "image_url", "url", "detail", "input_audio", "data"),
        *("format", "voice", "file", "filename", "file_data", "file_id", "file_url", "title", "context", "citations"),
        *("thinking", "signature", "kind", "block", "id", "function", "custom", "arguments", "input", "index"),
        *("google", "anthropic", "openai_responses", "thought_signature", "unread", "tool", "ttl", "grammar", "syntax"),
        *("definition", "budget_tokens", "allowed_tools", "mode", "user_location", "approximate", "strict", "schema"),
        *("task", "conversation", "reasoning_details", "documents", "chat_template", "key"),
        # Messages
        *("system", "source", "media_type", "tool_use_id", "input_schema", "stop_sequences", "output_config", "effort"),
        *("display", "enabled", "tool_name", "caller"),
        # Google
        *("contents", "parts", "systemInstruction", "generationConfig", "inlineData", "mimeType", "fileData"),
        *("fileUri", "functionCall", "functionResponse", "args", "response", "thoughtSignature", "thought"),
        *("functionDeclarations", "toolConfig", "functionCallingConfig", "safetySettings", "category", "threshold"),
        *("thinkingConfig", "thinkingBudget", "thinkingLevel", "includeThoughts", "displayName", "candidateCount"),
        *("maxOutputTokens", "topP", "topK", "responseMimeType", "responseSchema", "parametersJsonSchema"),
        *("parameters", "description", "responseModalities", "allowedFunctionNames", "responseJsonSchema", "labels"),
        *("stopSequences", "presencePenalty", "frequencyPenalty", "responseLogprobs", "output_format"),
        # Responses
        *("instructions", "output", "call_id", "status", "summary", "encrypted_content", "include", "reasoning"),
        *("max_output_tokens", "truncation", "annotations", "phase"),
        # JSON Schema
        *("properties", "required", "items", "enum", "const", "default", "additionalProperties", "anyOf", "oneOf"),
        *("allOf", "not", "$ref", "$defs", "$schema", "$id", "definitions", "pattern", "minimum", "maximum"),
        *("minLength", "maxLength", "minItems", "maxItems", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("uniqueItems", "examples", "example", "nullable", "prefixItems", "propertyNames", "patternProperties"),
        *("minProperties", "maxProperties", "propertyOrdering", "readOnly", "deprecated"),
    )
)
"""Names of fields."""

NAME_MAPS = frozenset(("properties", "$defs", "definitions", "patternProperties", "dependentSchemas", "dependencies"))
"""Objects of a schema whose names are all the caller's, whatever they are."""

CONSTANT_FIELDS = frozenset(
    (
        *("role", "type", "kind", "detail", "format", "mode", "status", "effort", "reasoning_effort", "verbosity"),
        *("service_tier", "modalities", "tool_choice", "media_type", "mimeType", "ttl", "summary", "truncation"),
        *(
            "display",
            "thinkingLevel",
            "responseModalities",
            "category",
            "threshold",
            "function_call",
            "include",
            "syntax",
            "$schema",
        ),
    )
)
"""Fields that choose one of a few values."""

CONSTANTS = frozenset(
    (
        *("user", "assistant", "system", "developer", "tool", "function", "model", "custom", "native", "file"),
        *("text", "image_url", "input_audio", "refusal", "thinking", "redacted_thinking", "tool_use", "tool_result"),
        *("image", "document", "base64", "url", "content", "ephemeral", "5m", "1h", "enabled", "disabled", "adaptive"),
        *("message", "input_text", "output_text", "input_image", "input_file", "function_call", "reasoning"),
        *("function_call_output", "custom_tool_call", "custom_tool_call_output", "summary_text", "reasoning_text"),
        *("item_reference", "completed", "in_progress", "incomplete", "google", "anthropic", "openai_responses"),
        *("string", "number", "integer", "boolean", "array", "object", "null", "STRING", "NUMBER", "INTEGER"),
        *("BOOLEAN", "ARRAY", "OBJECT", "NULL", "date", "date-time", "email", "uri", "uuid", "json_schema"),
        *("json_object", "grammar", "lark", "regex", "auto", "none", "required", "any", "allowed_tools", "ANY"),
        *("AUTO", "NONE", "VALIDATED", "low", "medium", "high", "minimal", "xhigh", "max", "default", "flex"),
        *("priority", "standard_only", "concise", "detailed", "audio", "wav", "mp3", "pcm16", "flac", "opus"),
        *("text/plain", "text/markdown", "application/json", "application/pdf", "image/png", "image/jpeg"),
        *("TEXT", "IMAGE", "AUDIO", "image/gif", "image/jpg", "image/webp", "image/svg+xml", "text/csv"),
        *("text/html", "audio/wav", "audio/mp3", "reasoning.encrypted_content"),
        *("http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema"),
        *("web_search_call", "reasoning.text", "reasoning.encrypted", "summarized", "omitted"),
    )
)
"""The values."""
