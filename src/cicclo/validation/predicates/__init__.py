"""“Surely valid”: for each field a condition that is sufficient, cheap, and the same in every engine.

`tree` is the language, `patterns` brings a Python regular expression into it, `fields` writes the condition of one
field, `rows` those that look at several columns; `with_polars` and `with_ibis` say a condition to an engine.

A condition may refuse what is right (the exact reading decides then); it must never accept what is wrong. The property
test `tests/validation/test_surely_valid.py` keeps it so.
"""
