"""A trail as large as one wishes, of calls that nobody made, to see how Govern behaves at that size. In the order of what happens:

1. `callers.py`     who calls, which models answer, and who stands behind a call
2. `patterns.py`    calls of every kind, recorded once each by the gateway's own records
3. `copied_rows.py` such a record as a row of COPY, in which identifiers, times and digests are filled in
4. `clock.py`       when calls come: more by day than by night, fewer on weekends
5. `cases.py`       the violations of a day, and how people worked them
6. `months.py`      partitions for the past
7. `filling.py`     all of it, an hour after the other
"""
