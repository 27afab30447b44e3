"""What the analyser counts in a bag: 200 leaves, split into the classes of each grading model.

Every split takes whole leaves: `share(n, low, spread, noise)` of n, and what remains goes to the largest class, so
the counts of an attribute always sum to what they should.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from demo_data.recipes import Array
from demo_data.tea.documents.model import LEAVES
from demo_data.tea.recipe.rhythm import LONGEST, MEAN_GAP

Counts = dict[str, dict[str, Array]]
Leaf = tuple[str, str]
"""An attribute and one of its classes."""


_OLDER = ((np.arange(LONGEST + 1) - round(MEAN_GAP)) * 8).astype(np.int32)
"""What a round of so many days adds to the share of old leaf, of 1024: leaf grows coarse, and buds turn banji."""

_USUALLY_KEPT = 150
"""Leaves that are not rejected in a bag of the middle."""


def share(
    leaves: Array, low: float, spread: float, noise: NDArray[np.uint8], more: Array | int = 0
) -> NDArray[np.int32]:
    """Between `low` and `low + spread` of the leaves, in whole leaves, and `more` of 1024; so are all fractions."""
    part = int(low * 1024) + ((noise.astype(np.int32) * int(spread * 1024)) >> 8)
    taken: NDArray[np.int32] = (leaves * np.maximum(part + more, 0)) >> 10
    return taken


def leaf_column(attribute: str, name: str) -> str:
    """Where a class's count stands in a document."""
    group = "bag_summary.leaf_type_distribution" if attribute == "leaf_type" else f"leaf_analysis.{attribute}"
    return f"extracted_fields.{group}.{name}"


def tbk_counts(kept: Array, gap: Array, random: NDArray[np.uint64]) -> Counts:
    """Leaves by class for the Tea Board's model; `kept` leaves are not rejected; the round was of `gap` days."""
    noise = random.view(np.uint8).reshape(len(random), 8).T
    lost, older = LEAVES - kept, _OLDER[gap]
    bud = share(kept, 0.04, 0.12, noise[0])
    one = share(kept, 0.16, 0.12, noise[1])
    soft = share(kept, 0.03, 0.06, noise[2])
    other = share(kept, 0.0, 0.03, noise[3])
    three = share(lost, 0.36, 0.24, noise[4], -2 * older)
    hard = share(lost, 0.06, 0.12, noise[5], older)
    coarse = lost - three - hard
    double = share(coarse, 0.40, 0.24, noise[6])
    triple = share(coarse, 0.16, 0.12, noise[7])
    return {
        "leaf_type": {
            "bud": bud,
            "one_leaf_bud": one,
            "two_leaves_bud": kept - bud - one - soft - other,
            "three_plus_leaves_bud": three,
            "banji": soft + hard,
            "coarse_leaf": coarse,
            "other": other,
        },
        "coarse_subtype": {
            "none": LEAVES - coarse,
            "double_luck": double,
            "triple_luck": triple,
            "super_coarse": coarse - double - triple,
        },
        "banji_hardness": {"soft": soft, "hard": hard},
    }


def ktda_counts(kept: Array, gap: Array, dampness: Array, random: NDArray[np.uint64]) -> Counts:
    """The same for the Kenya Tea Development Agency's model; `dampness` (0 to 1) is what rain has left on the leaf.

    Who keeps more leaves plucks finer ones: the share of fine leaf among them rises, and that of coarse leaf falls.
    """
    noise = random.view(np.uint8).reshape(len(random), 8).T
    lost, older = LEAVES - kept, _OLDER[gap]
    finer = (kept - _USUALLY_KEPT).astype(np.int32)
    fine = share(kept, 0.30, 0.25, noise[0], 2 * (finer - older))
    coarse = share(kept, 0.05, 0.12, noise[1], older - (finer >> 1))
    stalks = share(lost, 0.45, 0.35, noise[2])
    soaked, wet = np.full_like(kept, LEAVES), np.rint(dampness * 1024).astype(np.int32)
    damp = share(soaked, 0.02, 0.10, noise[3], wet * (64 + (noise[5] >> 1)) >> 8)
    dry = share(soaked, 0.02, 0.20, noise[4]) * (1024 - wet) >> 10
    return {
        "leaf_type": {
            "fine": fine,
            "medium": kept - fine - coarse,
            "coarse": coarse,
            "stalks": stalks,
            "other": lost - stalks,
        },
        "moisture_level": {"optimal": LEAVES - damp - dry, "wet": damp, "dry": dry},
    }


GRADES: dict[str, dict[str, tuple[Leaf, ...]]] = {
    "tbk_kenya_tea_v1": {
        "Primary": (
            ("leaf_type", "bud"),
            ("leaf_type", "one_leaf_bud"),
            ("leaf_type", "two_leaves_bud"),
            ("leaf_type", "other"),
            ("banji_hardness", "soft"),
        ),
        "Secondary": (("leaf_type", "three_plus_leaves_bud"), ("leaf_type", "coarse_leaf"), ("banji_hardness", "hard")),
    },
    "ktda_ternary_v1": {
        "Grade A": (("leaf_type", "fine"),),
        "Grade B": (("leaf_type", "medium"), ("leaf_type", "coarse")),
        "Rejected": (("leaf_type", "stalks"), ("leaf_type", "other")),
    },
}
"""Which leaves a display label counts, by model; the last label is of the rejected ones."""
