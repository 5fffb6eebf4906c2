"""Every text has a bucket, the same one everywhere."""

from __future__ import annotations

import binascii

from hypothesis import given
from hypothesis import strategies as st

from tuimon.stats import BUCKETS, DICTIONARY_SIZE, category_bucket


@given(st.text(st.characters()))
def test_a_bucket_follows_the_crc_of_the_utf8_text(text: str) -> None:
    bucket = category_bucket(text)
    assert DICTIONARY_SIZE <= bucket < DICTIONARY_SIZE + BUCKETS
    assert bucket == 256 + binascii.crc32(text.encode("utf-8", "surrogatepass")) % 64


def test_the_check_value_of_crc32_and_a_lone_surrogate() -> None:
    assert category_bucket("123456789") == 256 + 0xCBF43926 % 64
    assert category_bucket("\ud800") >= 256
