"""A table's JSON in other words, and with faults, from a seed."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random

from tests.validation.mutants import damaged, mutated

Edit = Callable[[str, Random], str]


def _respelt(text: str, random: Random) -> str:
    """The record with its fields in another order, other blanks, or other signs escaped."""
    record = json.loads(text)
    order = list(record.items())
    if random.random() < 0.5:
        random.shuffle(order)
    separators = random.choice(((",", ":"), (", ", ": "), (" ,\n", "\t:")))
    return json.dumps(dict(order), ensure_ascii=random.random() < 0.5, separators=separators)


def _escaped(text: str, random: Random) -> str:
    """One sign of a text as an escape: the same value. Of a name or a number: who knows."""
    at = random.randrange(len(text))
    return f"{text[:at]}\\u{ord(text[at]):04x}{text[at + 1 :]}" if text[at].isalpha() else text


def _number(text: str, random: Random) -> str:
    """A digit followed by more: a fraction, an exponent, a digit, or nothing of a number."""
    places = [at for at, sign in enumerate(text) if sign.isdigit() and text[at + 1] in ",}]"]
    at = random.choice(places or [0]) + 1
    return text[:at] + random.choice((".0", "0", "e0", "E+0", "00", "e1", "e400", ".", "-", "9" * 5000)) + text[at:]


def _word(text: str, random: Random) -> str:
    """A value, of whatever type, as another."""
    places = [at + 2 for at in range(len(text)) if text.startswith('":', at) and text[at + 2] not in "{["]
    at = random.choice(places)
    end = min(end for sign in ",}" if (end := text.find(sign, at)) >= 0)
    return text[:at] + random.choice(("null", "true", "NaN", "-Infinity", '""', "[]", "{}", "1", "")) + text[end:]


def _twice(text: str, random: Random) -> str:
    """A name that stands twice, or one that nobody knows."""
    name, value = random.choice(list(json.loads(text).items()))
    more = random.choice((f"{json.dumps(name)}:{json.dumps(value)}", '"x":1', f"{json.dumps(name)}:null", '"_id":7'))
    return random.choice((f"{{{more},{text[1:]}", f"{text[:-1]},{more}}}"))


def _signs(text: str, random: Random) -> str:
    """A few signs gone, there twice, or others."""
    at, long = random.randrange(len(text)), random.choice((1, 1, 2, 20))
    return text[:at] + random.choice(("", text[at : at + long] * 2, "\ud800", " ", "\x00", ",")) + text[at + long :]


def _mutant(text: str, random: Random) -> str:
    return json.dumps(mutated(json.loads(text), random), separators=(",", ":"), ensure_ascii=False)


EDITS: tuple[Edit, ...] = (_respelt, _escaped, _number, _word, _twice, _signs, _mutant)


def edited(lines: list[str], random: Random) -> bytes:
    """The records as a form with one to four edits, seldom with records moved, or bytes damaged anywhere."""
    lines = list(lines)
    for at in random.sample(range(len(lines)), min(len(lines), random.choice((0, 1, 1, 2, 4)))):
        lines[at] = random.choice(EDITS)(lines[at], random)
    moved = random.random()
    if moved < 0.1:
        random.shuffle(lines)
    elif moved < 0.2:
        lines.insert(random.randrange(len(lines)), random.choice(lines))
    elif moved < 0.3:
        lines.pop(random.randrange(len(lines)))
    start, between, end = random.choice((("[\n", ",\n", "\n]\n"), ("[", ",", "]"), ("\ufeff [ ", " , ", " ] ")))
    data = (start + between.join(lines) + end).encode("utf-8", "surrogatepass")
    return damaged(data, random) if random.random() < 0.2 else data
