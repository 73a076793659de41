"""The draws rest on Philox4x32-10; these are the vectors its authors published (Random123, kat_vectors)."""

import pytest

from equitysim.streams import identity_of, philox

VECTORS = [
    ((0, 0, 0, 0), (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
]


@pytest.mark.parametrize(("counter", "key", "words"), VECTORS, ids=["zeros", "ones"])
def test_philox_meets_the_published_vectors(
    counter: tuple[int, int, int, int], key: tuple[int, int], words: str
) -> None:
    assert " ".join(f"{word:08x}" for word in philox(*counter, *key)) == words


def test_a_single_flipped_bit_misses_the_vector() -> None:
    counter, key, words = VECTORS[0]
    assert " ".join(f"{word:08x}" for word in philox(1, *counter[1:], *key)) != words


def test_compiled_philox_agrees_with_the_interpreted_one() -> None:
    """``identity_of`` is compiled and wraps at 64 bits; the loop in plain Python does not wrap, and masks instead."""
    for number in range(50):
        w0, w1, _, _ = philox(0x89ABCDEF, 0x01234567, number, 0, 0x65717569, 0)
        assert identity_of(0x0123456789ABCDEF, number) == ((w1 & 0x7FFFFFFF) << 32) | w0
