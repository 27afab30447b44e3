"""Draws the pictures of docs/realism.md from docs/realism/: `python docs/make_realism_plots.py`."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

FOLDER = Path(__file__).parent / "realism"
FACTS = FOLDER.parent.parent / "pipeline" / "demo_data" / "tea" / "kenya"
WIDTH, HEIGHT = 720, 340
LEFT, RIGHT, TOP, BOTTOM = 60, 700, 36, 296
"""The frame in which values lie."""
COLOURS = ("#1b7f5c", "#c2571a", "#3465a4", "#8a5aa5", "#a68a00", "#5c6b73", "#b0304f", "#2a9aa5")


class Axes:
    """A frame with two scales: from values to where they are drawn."""

    def __init__(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        self.x, self.y = x, y

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a value is, to a tenth of a pixel."""
        across = LEFT + (x - self.x[0]) / (self.x[1] - self.x[0]) * (RIGHT - LEFT)
        up = BOTTOM - (y - self.y[0]) / (self.y[1] - self.y[0]) * (BOTTOM - TOP)
        return round(across, 1), round(up, 1)

    def scales(self, x: Sequence[tuple[float, str]], y: Sequence[tuple[float, str]]) -> Iterable[str]:
        """Lines at the values of `y`, words at those of both."""
        for value, word in y:
            _, up = self.at(self.x[0], value)
            yield f'<path d="M{LEFT} {up}H{RIGHT}" stroke="#ddd"/>'
            yield _word(LEFT - 6, up + 4, word, "end")
        for value, word in x:
            across, _ = self.at(value, self.y[0])
            yield _word(across, BOTTOM + 16, word, "middle")

    def line(self, points: Iterable[tuple[float, float]], colour: str, more: str = "") -> str:
        path = " ".join(f"{across},{up}" for across, up in (self.at(*point) for point in points))
        return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{more}/>'

    def dot(self, x: float, y: float, colour: str, radius: float = 3, more: str = "") -> str:
        across, up = self.at(x, y)
        return f'<circle cx="{across}" cy="{up}" r="{radius}" fill="{colour}"{more}/>'


def _word(x: float, y: float, text: str, anchor: str = "start", colour: str = "#333") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{colour}">{text}</text>'


def _picture(title: str, parts: Iterable[str], height: int = HEIGHT) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'font-family="sans-serif" font-size="12">'
    )
    ground = f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
    return "\n".join([head, f"<title>{title}</title>", ground, *parts, "</svg>", ""])


def _key(words: Iterable[tuple[str, str]]) -> Iterable[str]:
    """The colours' meaning, in the first line."""
    x = LEFT
    for word, colour in words:
        yield f'<rect x="{x}" y="12" width="12" height="12" fill="{colour}"/>'
        yield _word(x + 17, 22, word)
        x += 36 + 7 * len(word)


def _rows(path: Path) -> list[dict[str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def months() -> str:
    """Leaf by month, east and west: ours as lines, what is published as dots."""
    axes = Axes((1, 12), (0.2, 1.6))
    parts = [
        *axes.scales(
            [(m, n) for m, n in enumerate("JFMAMJJASOND", 1)], [(v / 10, f"{v / 10}") for v in range(2, 17, 2)]
        )
    ]
    measured = {(row["world"], row["figure"]): float(row["value"]) for row in _rows(FOLDER / "measured.csv")}
    words = []
    for flush, colour in zip(("east", "west"), COLOURS, strict=False):
        for world, more in (("years", ""), ("kenya", ' stroke-dasharray="5 4"')):
            line = [
                (m, measured[world, f"month_{flush}_{m:02}"])
                for m in range(1, 13)
                if (world, f"month_{flush}_{m:02}") in measured
            ]
            parts += [axes.line(line, colour, more)] if line else []
        for row in _rows(FACTS / "published.csv"):
            if row["figure"].startswith(f"month_{flush}_"):
                parts.append(axes.dot(int(row["figure"][-2:]), float(row["value"]), colour, 4, ' stroke="#fff"'))
        words.append((f"{flush} of the Rift", colour))
    words.append(("lines: 20 years; dashed: kenya; dots: published", "#fff"))
    return _picture("Leaf by month, of the mean month: ours and published", [*_key(words), *parts])


def distance() -> str:
    """Correlation of days by the distance of two regions."""
    axes = Axes((0, 400), (-0.2, 1))
    scale = [(km, f"{km} km") for km in range(0, 401, 50)], [(v / 5, f"{v / 5}") for v in range(-1, 6)]
    rows = _rows(FOLDER / "plots" / "distance.csv")
    dots = [
        axes.dot(float(row["km"]), float(row[what]), colour, 3, ' fill-opacity="0.7"')
        for what, colour in (("warm", COLOURS[1]), ("wet", COLOURS[2]))
        for row in rows
    ]
    words = (("wet days", COLOURS[2]), ("the day's highest temperature", COLOURS[1]))
    return _picture(
        "How alike the days of two regions are, by their distance", [*_key(words), *axes.scales(*scale), *dots]
    )


def yields() -> str:
    """How many farms have which yield."""
    rows = [(int(row["kg_per_hectare"]), 100 * float(row["share"])) for row in _rows(FOLDER / "plots" / "yields.csv")]
    most = max(share for _, share in rows) * 1.1
    axes = Axes((0, 16_000), (0, most))
    parts = [
        *axes.scales(
            [(kg, f"{kg:,}") for kg in range(0, 16_001, 2000)], [(v, f"{v} %") for v in range(0, int(most) + 1, 2)]
        )
    ]
    for kg, share in rows:
        if kg < 16_000:
            (left, up), (right, down) = axes.at(kg, share), axes.at(kg + 500, 0)
            size = f'width="{right - left - 1:.1f}" height="{down - up:.1f}"'
            parts.append(f'<rect x="{left}" y="{up}" {size} fill="{COLOURS[0]}"/>')
    words = [("farms of kenya by green leaf a hectare and year, kg", COLOURS[0])]
    return _picture("Yields of farms", [*_key(words), *parts])


def catchments() -> str:
    """Factories, points and farms of one county, in the colours of their factories."""
    rows = _rows(FOLDER / "plots" / "catchments.csv")
    lats, lngs = ([float(row[name]) for row in rows] for name in ("lat", "lng"))
    middle_lat, middle_lng = ((min(each) + max(each)) / 2 for each in (lats, lngs))
    half = max(max(lats) - min(lats), max(lngs) - min(lngs)) / 2 * 1.04
    wide = half * (RIGHT - LEFT) / 620
    factories = [row["factory"] for row in rows if row["kind"] == "factory"]
    colour = {factory: COLOURS[number % len(COLOURS)] for number, factory in enumerate(factories)}

    def at(row: dict[str, str]) -> tuple[float, float]:
        across = WIDTH / 2 + (float(row["lng"]) - middle_lng) / wide * (RIGHT - LEFT) / 2
        return round(across, 1), round(346 - (float(row["lat"]) - middle_lat) / half * 310, 1)

    shapes: dict[str, Callable[[float, float, str], str]] = {
        "farm": lambda x, y, c: f'<circle cx="{x}" cy="{y}" r="1.8" fill="{c}" fill-opacity="0.6"/>',
        "point": lambda x, y, c: f'<circle cx="{x}" cy="{y}" r="3.4" fill="#fff" stroke="{c}" stroke-width="1.6"/>',
        "factory": lambda x, y, c: f'<path d="M{x - 8} {y + 7}h16l-8 -15z" fill="{c}" stroke="#000"/>',
    }
    parts = [
        shape(*at(row), colour.get(row["factory"], "#999"))
        for kind, shape in shapes.items()
        for row in rows
        if row["kind"] == kind
    ]
    km = 10 / 111.2 / half * 310
    parts.append(f'<path d="M{LEFT} 664h{km:.1f}" stroke="#333" stroke-width="2"/>')
    parts.append(_word(LEFT + km + 6, 668, "10 km"))
    words = [("Kericho: factories (triangles), points (rings) and 1,000 farms, by factory", "#fff")]
    return _picture("Catchments of the factories of Kericho", [*_key(words), *parts], 690)


PICTURES: dict[str, Callable[[], str]] = {
    "months": months,
    "distance": distance,
    "yields": yields,
    "catchments": catchments,
}

if __name__ == "__main__":
    for name, draw in PICTURES.items():
        (FOLDER / f"{name}.svg").write_text(draw(), encoding="utf-8")
