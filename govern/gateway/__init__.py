"""The way of one call, from door to trail. A call passes the files of this folder in this order:

1. `arrival.py`          what is in force, who calls, the body read; what every endpoint shares
2. `authentication.py`   whose key it is
3. `call.py`             what is known about the call, filled in on its way
4. `exchange.py`         what was asked, decoded once
5. `pipeline.py`         the steps that follow, called in their order
6. `description.py`      the request in words: its texts, sizes, facts and wishes
7. `payloads.py`         what of it will be kept, if policy asks for that
8. `route.py`            whom policy lets answer it, in order
9. `remote_files.py`     files at addresses, fetched before anybody inspects
10. `inspection.py`      guards on what came in, later on what would go out
11. `canaries.py`        a word in the system prompt that must not come back
12. `cost_limit.py`      what a rule lets it cost
13. `admission.py`       the most it can cost is held and the intent durable
14. `asking.py`          with which credential a provider is asked
15. `provider_words.py`  what a provider says when it fails
16. `streaming.py`       an answer that is passed on piece by piece
17. `settling.py`        what the attempt cost
18. `closing.py`         the outcome durable before anything is given back
19. `rate_limits.py`     what is left of the provider's limits, told beside the answer
20. `records.py`         intent and outcome as the trail keeps them
21. `masking.py`         values taken out of what the record repeats
22. `refusals.py`        how any step says no
23. `refusal_codes.py`   with which words

Beside it: `embeddings.py` (the same way, without an answer to read) and `trial.py` (the same steps, with nothing sent).
Rooms: `doors/` (the endpoints), `callers/`, `responses/` (kept ones), `background/`, `streams/`, `process/` (what calls share).
"""
