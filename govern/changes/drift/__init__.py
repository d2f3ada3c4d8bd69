"""Whether what is stored is what people approved and proved. Somebody who writes around Govern is noticed within a minute.

One file for each subject, with one function that names the places where it differs; `finding.py` lists them all.
"""
