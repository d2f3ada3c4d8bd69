"""The second tier of injection detection: a small encoder, asked where the first tier is not sure.

1. `excerpts.py`  a bounded part of a text
2. `encoder.py`   its windows as vectors, by an encoder that an optional package carries
3. `head.py`      our weights over the vectors and the first tier's score
4. `worker.py`    one thread of the process that encodes
5. `opinion.py`   the four of them put together, or why that cannot be
"""
