"""What a key is.

1. Tokens are long, random, never twice the same, and made of letters that no header, shell or address mangles.
2. What is kept of a token tells nothing of it; a token that differs in one letter has another digest altogether.
"""

import re

from search_service.keys.portal_key import digest_of, new_token


def test_tokens_are_random_and_plain():
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(re.fullmatch(r"duty_[A-Za-z0-9_-]{43}", token) for token in tokens)


def test_near_tokens_have_far_digests():
    token = new_token()
    near = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert len(digest_of(token)) == 64
    same = sum(one == other for one, other in zip(digest_of(token), digest_of(near), strict=True))
    assert same < 24  # by chance 4 of 64
    assert token not in digest_of(token)


def test_every_text_has_a_digest():
    for text in ("", "钥匙", "\ud800", "\0", "x" * 100_000):
        assert re.fullmatch("[0-9a-f]{64}", digest_of(text))
