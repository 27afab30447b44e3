from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo_data.common.hashed_bits import bits, positions, stream_key
from demo_data.engine.cells import TableNoise, to_unit

ROWS = np.arange(1 << 16)
STREAMS = ["first_name", "last_name", "farmers.is_active", "phone", "a", "b", ""]


def splitmix64(state: int, outputs: int) -> list[int]:
    """Vigna's splitmix64.c in plain Python."""
    word = (1 << 64) - 1
    found = []
    for _ in range(outputs):
        state = (state + 0x9E3779B97F4A7C15) & word
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & word
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & word
        found.append(z ^ (z >> 31))
    return found


def test_published_vector() -> None:
    """Rows 0 to 4 of the key 1234567 are the generator's published outputs."""
    expected = [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]

    assert expected == splitmix64(1234567, 5)
    assert expected == bits(np.uint64(1234567), positions(np.arange(5))).tolist()


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**64 - 1), st.integers(1, 50))
def test_is_splitmix64(key: int, rows: int) -> None:
    """Row r of a stream is output r + 1 of SplitMix64 seeded with the stream's key."""
    assert splitmix64(key, rows) == bits(np.uint64(key), positions(np.arange(rows))).tolist()


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**63 - 1), st.integers(0, 2**48 - 1))
def test_any_position(key: int, row: int) -> None:
    """Any row can be reached alone."""
    before = (key + row * 0x9E3779B97F4A7C15) & ((1 << 64) - 1)

    assert splitmix64(before, 1) == bits(np.uint64(key), positions(np.array([row]))).tolist()


def test_stream_key() -> None:
    """A stream's key is the first eight bytes of BLAKE2b-64 over seed, table and stream, for ever."""
    digest = hashlib.blake2b(b"7/farmers/first_name", digest_size=8).digest()

    assert int.from_bytes(digest, "little") == int(stream_key(7, "farmers", "first_name"))


def test_streams_differ() -> None:
    """Seeds, tables and streams each have keys of their own."""
    keys = {int(stream_key(seed, table, s)) for seed in range(5) for table in ("farmers", "") for s in STREAMS}

    assert len(keys) == 5 * 2 * len(STREAMS)


def test_noise_is_pure() -> None:
    """The same rows give the same bits, whatever was asked before and in whatever order."""
    noise = TableNoise(1, "farmers")
    whole = noise.bits("phone", ROWS)
    TableNoise(1, "farmers").normal("other", ROWS)

    assert np.array_equal(whole[::-1], TableNoise(1, "farmers").bits("phone", ROWS[::-1]))
    assert np.array_equal(whole[100:200], noise.bits("phone", np.arange(100, 200)))
    assert np.array_equal(whole, noise.at("phone", positions(ROWS)))


def test_inputs_stay() -> None:
    """Positions serve many streams: drawing changes neither them nor the rows."""
    rows = np.arange(10)
    spread = positions(rows)
    before = spread.copy()
    bits(np.uint64(5), spread)

    assert np.array_equal(before, spread)
    assert np.array_equal(np.arange(10), rows)


def test_world_noise_is_shared() -> None:
    """Noise of the world is the same from every table, and no table's own."""
    farmers, factories = TableNoise(3, "farmers"), TableNoise(3, "factories")

    assert np.array_equal(farmers.world.bits("phone", ROWS), factories.world.bits("phone", ROWS))
    assert not np.array_equal(farmers.bits("phone", ROWS), farmers.world.bits("phone", ROWS))


def chi_square(counts: np.ndarray) -> float:
    expected = counts.sum() / len(counts)
    return float(((counts - expected) ** 2 / expected).sum())


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("seed", [0, 1, 20260131])
def test_uniform(seed: int, stream: str) -> None:
    """The upper and the lower byte take all values equally often (chi-square within six deviations)."""
    random = TableNoise(seed, "farmers").bits(stream, ROWS)

    for byte in (random >> np.uint64(56), random & np.uint64(255)):
        counts = np.bincount(byte.astype(np.int64), minlength=256)
        assert abs(chi_square(counts) - 255) < 6 * np.sqrt(2 * 255)


def test_every_bit_is_fair() -> None:
    """Each of the 64 bits is set in half of the rows, within six deviations."""
    random = TableNoise(1, "farmers").bits("phone", ROWS)
    shares = ((random[:, None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)).mean(axis=0)

    assert np.abs(shares - 0.5).max() < 6 * 0.5 / np.sqrt(len(ROWS))


def test_streams_are_independent() -> None:
    """Streams, tables, seeds and neighbouring rows do not correlate, within six deviations."""
    units = [
        TableNoise(seed, table).unit(stream, ROWS)
        for seed in (1, 2)
        for table in ("farmers", "documents")
        for stream in STREAMS
    ]
    matrix = np.corrcoef([*units, np.roll(units[0], 1), np.roll(units[0], 2)])

    assert np.abs(matrix - np.eye(len(matrix))).max() < 6 / np.sqrt(len(ROWS))


def test_wide_cells() -> None:
    """Rows made of two numbers (farmer and place, region and day) give no bits twice and stay uniform."""
    cells = (np.arange(1 << 10)[:, None] << 16 | np.arange(64)).ravel()
    random = TableNoise(1, "documents").bits("kept", cells)

    assert len(np.unique(random)) == len(cells)
    counts = np.bincount((random >> np.uint64(56)).astype(np.int64), minlength=256)
    assert abs(chi_square(counts) - 255) < 6 * np.sqrt(2 * 255)


def test_to_unit() -> None:
    """Fractions run from 0 (included) to 1 (excluded), exact in 53 bits."""
    ends = np.array([0, 2**64 - 1, 2**63, 2**11 - 1, 2**11], np.uint64)

    assert to_unit(ends).tolist() == [0.0, 1 - 2**-53, 0.5, 0.0, 2**-53]
