"""The words of the formats in answers: names of fields, values that a provider can only choose from, and opaque places.

They say nothing of a model's or a caller's, so guards need not read them. A word that is missing here is read, which costs time and
nothing else.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

Encoding = Literal["uri", "base64", "sealed"]
"""A base64 data URI, base64, or bytes that only their author can read."""

_FIELDS_WORDS = """
choices message index finish_reason stop_detail logprobs content refusal reasoning tool_calls thinking_blocks images audio
annotations native_blocks extra id type function custom name arguments input extra_content google thought_signature thinking
signature data image_url url detail transcript expires_at format kind block reasoning_content reasoning_details role
url_citation document_citation file_citation title start_index end_index file_id filename service_tier system_fingerprint
created object model usage prompt_tokens completion_tokens total_tokens prompt_tokens_details completion_tokens_details
cached_tokens audio_tokens reasoning_tokens accepted_prediction_tokens rejected_prediction_tokens token bytes logprob
top_logprobs function_call provider_specific_fields stop_reason stop_sequence stop_details text citations citation cited_text
document_index document_title start_char_index end_char_index start_page_number end_page_number start_block_index
end_block_index encrypted_index encrypted_content search_result_index source tool_use_id caller page_age retrieved_at is_error
stdout stderr return_code error_code input_tokens output_tokens cache_creation_input_tokens cache_read_input_tokens
cache_creation ephemeral_5m_input_tokens ephemeral_1h_input_tokens server_tool_use web_search_requests web_fetch_requests
output_tokens_details thinking_tokens media_type container context_management applied_edits category explanation inference_geo
candidates parts finishReason finishMessage safetyRatings probability probabilityScore severity severityScore blocked tokenCount
avgLogprobs usageMetadata promptTokenCount candidatesTokenCount totalTokenCount thoughtsTokenCount cachedContentTokenCount
toolUsePromptTokenCount promptTokensDetails candidatesTokensDetails cacheTokensDetails modality trafficType modelVersion
responseId createTime thought thoughtSignature inlineData mimeType displayName functionCall args executableCode language code
codeExecutionResult outcome output groundingMetadata groundingChunks groundingSupports web uri domain segment partIndex
startIndex endIndex groundingChunkIndices confidenceScores webSearchQueries searchEntryPoint renderedContent sdkBlob
retrievalMetadata googleSearchDynamicRetrievalScore citationMetadata citationSources urlContextMetadata urlMetadata retrievedUrl
urlRetrievalStatus logprobsResult chosenCandidates topCandidates logProbability tokenId promptFeedback blockReason
blockReasonMessage finish partMetadata created_at status error incomplete_details reason summary result output_format call_id
action query queries sources results score attributes background instructions max_output_tokens max_tool_calls metadata
parallel_tool_calls previous_response_id effort store temperature tool_choice tools top_p truncation user prompt_cache_key
safety_identifier verbosity input_tokens_details billing payer completed_at frequency_penalty presence_penalty obfuscation
quality size revised_prompt phase container_id outputs logs prompt_cache_retention
"""
FIELDS = frozenset(_FIELDS_WORDS.split())
"""Names of fields."""

_CONSTANT_FIELDS_WORDS = """
type role object kind finish_reason stop_reason finishReason status service_tier category probability severity modality
trafficType language outcome urlRetrievalStatus effort summary verbosity truncation tool_choice reason payer format
output_format quality size phase blockReason inference_geo mimeType media_type prompt_cache_retention
"""
CONSTANT_FIELDS = frozenset(_CONSTANT_FIELDS_WORDS.split())
"""Fields that choose one of a few values."""

_CONSTANTS_WORDS = """
assistant model function custom text thinking redacted_thinking tool_use native anthropic google openai_responses image_url
google_metadata google_unread url_citation document_citation file_citation container_file_citation file_path chat.completion
chat.completion.chunk response message list embedding stop length tool_calls content_filter function_call end_turn max_tokens
stop_sequence pause_turn refusal model_context_window_exceeded STOP MAX_TOKENS SAFETY RECITATION LANGUAGE BLOCKLIST
PROHIBITED_CONTENT SPII OTHER IMAGE_SAFETY default standard flex priority scale auto batch completed incomplete in_progress
failed cancelled queued max_output_tokens output_text summary_text reasoning_text reasoning web_search_call custom_tool_call
image_generation_call file_search_call computer_call code_interpreter_call mcp_call mcp_list_tools local_shell_call search
open_page find HARM_CATEGORY_HATE_SPEECH HARM_CATEGORY_DANGEROUS_CONTENT HARM_CATEGORY_HARASSMENT
HARM_CATEGORY_SEXUALLY_EXPLICIT HARM_CATEGORY_CIVIC_INTEGRITY NEGLIGIBLE LOW MEDIUM HIGH HARM_SEVERITY_NEGLIGIBLE
HARM_SEVERITY_LOW HARM_SEVERITY_MEDIUM HARM_SEVERITY_HIGH TEXT IMAGE AUDIO VIDEO DOCUMENT ON_DEMAND PROVISIONED_THROUGHPUT
PYTHON OUTCOME_OK OUTCOME_FAILED OUTCOME_DEADLINE_EXCEEDED URL_RETRIEVAL_STATUS_SUCCESS URL_RETRIEVAL_STATUS_ERROR low medium
high minimal none xhigh concise detailed disabled required developer openai png jpeg webp image/png image/jpeg image/webp
audio/wav audio/mp3 wav mp3 pcm16 base64 url server_tool_use web_search_tool_result web_search_result web_search_result_location
char_location page_location content_block_location search_result_location direct ephemeral not_available reasoning.text
reasoning.summary reasoning.encrypted
"""
CONSTANTS = frozenset(_CONSTANTS_WORDS.split())
"""The values."""

TIMES = frozenset(("created", "created_at", "completed_at", "expires_at"))
"""Fields with seconds since 1970."""

_SCORES_WORDS = """
logprob logProbability avgLogprobs score probabilityScore severityScore confidenceScores temperature top_p
googleSearchDynamicRetrievalScore frequency_penalty presence_penalty
"""
SCORES = frozenset(_SCORES_WORDS.split())
"""Fields with broken numbers, whose many digits say nothing."""

_ANTHROPIC_BLOCK: dict[str, Encoding] = {
    "source.data": "base64",
    "content.source.data": "base64",
    "content.content.source.data": "base64",
    "content.encrypted_content": "sealed",
    "content.encrypted_stdout": "sealed",
    "citations.encrypted_index": "sealed",
    "signature": "sealed",
    "data": "sealed",
}
_GOOGLE_PART: dict[str, Encoding] = {
    "inlineData.data": "base64",
    "functionResponse.parts.inlineData.data": "base64",
    "thoughtSignature": "sealed",
}
_GOOGLE_BESIDE: dict[str, Encoding] = {"groundingMetadata.searchEntryPoint.sdkBlob": "base64"}
_RESPONSES_ITEM: dict[str, Encoding] = {
    "encrypted_content": "sealed",
    "result": "base64",
    "outputs.url": "uri",
    "output.image_url": "uri",
}
_SIGNED: dict[str, Encoding] = {"extra_content.google.thought_signature": "sealed"}


def _below(root: str, *tables: Mapping[str, Encoding]) -> Iterable[tuple[str, Encoding]]:
    return [(f"{root}.{place}", encoding) for table in tables for place, encoding in table.items()]


OPAQUE: Mapping[str, Encoding] = dict(
    [
        *_below("choices.message.thinking_blocks", {"signature": "sealed", "data": "sealed"}),
        *_below("choices.message.images", {"image_url.url": "uri"}),
        *_below("choices.message.audio", {"data": "base64"}),
        *_below("choices.message.tool_calls", _SIGNED),
        *_below("choices.message.extra", _SIGNED),
        *_below("choices.message.extra.reasoning_details", {"signature": "sealed", "data": "sealed"}),
        *_below("choices.message.native_blocks.block", _ANTHROPIC_BLOCK, _GOOGLE_PART, _GOOGLE_BESIDE, _RESPONSES_ITEM),
        *_below("choices.message.annotations", {"document_citation.encrypted_index": "sealed"}),
        *_below("native.content", _ANTHROPIC_BLOCK),
        *_below("native.candidates.content.parts", _GOOGLE_PART),
        *_below("native.candidates", _GOOGLE_BESIDE),
        *_below("native.output", _RESPONSES_ITEM),
        ("signature", "sealed"),
    ]
)
"""The one table of places in answers that guards cannot read: media, signatures and encrypted reasoning, by the path of a field
without the positions in lists. `choices` is the call format inside, `native` a provider's own bytes, `signature` a piece of a stream.

A place counts as opaque only if what stands there is what it should be: a file that is no text, or sealed bytes. Everything else
that stands there is a text. Beside these, a count, a time and a broken number are no text at the places that formats have for them.
"""

LAST_STEPS = frozenset(place.rpartition(".")[2] for place in OPAQUE)
"""The names of fields that can be opaque at all."""
