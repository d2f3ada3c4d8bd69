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
11. `sightings.py`       what of that opens a case
12. `canaries.py`        a word in the system prompt that must not come back
13. `cost_limit.py`      what a rule lets it cost
14. `admission.py`       the most it can cost is held and the intent durable
15. `asking.py`          with which credential a provider is asked
16. `provider_words.py`  what a provider says when it fails
17. `streaming.py`       an answer that is passed on piece by piece
18. `settling.py`        what the attempt cost
19. `closing.py`         the outcome durable before anything is given back
20. `receipts.py`        the digest by which the record names the answer
21. `rate_limits.py`     what is left of the provider's limits, told beside the answer
22. `records.py`         intent and outcome as the trail keeps them
23. `masking.py`         values taken out of what the record repeats
24. `refusals.py`        how any step says no
25. `refusal_codes.py`   with which words

Beside it: `embeddings.py` (the same way, without an answer to read), `verdicts.py` (texts that guards alone are asked about) and
`trial.py` (the same steps, with nothing sent).
Rooms: `doors/` (the endpoints), `callers/`, `responses/` (kept ones), `cache/` (answers given again), `background/`,
`streams/`, `process/` (what calls share).
"""
