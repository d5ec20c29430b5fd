"""A canvas for flat pictures: 400 by 300 units, drawn larger than it is shown, so that edges are smooth."""

import math
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO

from PIL import Image as Pillow
from PIL import ImageDraw

from orders_service.domain.image import Image

WIDTH, HEIGHT = 400, 300
PIXELS_PER_UNIT = 1.6
OVERSAMPLING = 2
SCALE = PIXELS_PER_UNIT * OVERSAMPLING
QUALITY = 82
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
STEPS = 12
"""Straight pieces of which each piece of a curve is made."""

Point = tuple[float, float]


class Canvas:
    """Colours are `#rrggbb`; later shapes cover earlier ones. A plate of light lies in the middle."""

    def __init__(self, ground: str, light: str) -> None:
        size = (round(WIDTH * SCALE), round(HEIGHT * SCALE))
        self._picture = Pillow.new("RGB", size, ground)
        self._draw = ImageDraw.Draw(self._picture)
        self._shade = _darker(light)
        self.oval(200, 150, 132, 132, light)

    def oval(self, x: float, y: float, rx: float, ry: float, colour: str) -> None:
        """An ellipse around (x, y)."""
        self._draw.ellipse(_scaled((x - rx, y - ry), (x + rx, y + ry)), fill=colour)

    def ring(self, x: float, y: float, rx: float, ry: float, colour: str, width: float) -> None:
        """The edge of an ellipse, drawn inwards."""
        bounds = _scaled((x - rx, y - ry), (x + rx, y + ry))
        self._draw.ellipse(bounds, outline=colour, width=round(width * SCALE))

    def box(self, x0: float, y0: float, x1: float, y1: float, colour: str, corner: float = 0) -> None:
        """A rectangle with round corners."""
        self._draw.rounded_rectangle(_scaled((x0, y0), (x1, y1)), radius=corner * SCALE, fill=colour)

    def dome(self, x: float, y: float, rx: float, ry: float, colour: str) -> None:
        """The upper half of an ellipse that stands on y."""
        bounds = _scaled((x - rx, y - ry), (x + rx, y + ry))
        self._draw.pieslice(bounds, 180, 360, fill=colour)

    def bowl(self, x: float, y: float, rx: float, ry: float, colour: str) -> None:
        """The lower half of an ellipse that hangs from y."""
        bounds = _scaled((x - rx, y - ry), (x + rx, y + ry))
        self._draw.pieslice(bounds, 0, 180, fill=colour)

    def shape(self, points: Sequence[Point], colour: str) -> None:
        """A polygon."""
        self._draw.polygon(_scaled(*points), fill=colour)

    def smooth(self, points: Sequence[Point], colour: str) -> None:
        """A shape without corners, through the points."""
        self.shape(list(_curve(points)), colour)

    def stroke(self, points: Sequence[Point], colour: str, width: float) -> None:
        """A line with round ends."""
        self._draw.line(_scaled(*points), fill=colour, width=round(width * SCALE), joint="curve")
        for x, y in (points[0], points[-1]):
            self.oval(x, y, width / 2, width / 2, colour)

    def wave(self, x0: float, x1: float, y: float, height: float, colour: str, width: float) -> None:
        """A line that goes up and down from left to right, a whole time every 40 units."""
        steps = int(x1 - x0) // 2
        points = [
            (x, y + height * math.sin(2 * math.pi * (x - x0) / 40))
            for x in (x0 + (x1 - x0) * step / steps for step in range(steps + 1))
        ]
        self.stroke(points, colour, width)

    def shadow(self, rx: float, y: float, x: float = 200) -> None:
        """What a thing throws on the plate that it stands on."""
        self.oval(x, y, rx, 9, self._shade)

    def finished(self) -> Image:
        """The picture in its usual size."""
        encoded = BytesIO()
        self._picture.reduce(OVERSAMPLING).save(encoded, "WEBP", quality=QUALITY, method=2)
        return Image.of(encoded.getvalue(), "image/webp")


def scattered(count: int, x: float, y: float, rx: float, ry: float) -> Iterator[Point]:
    """Points spread evenly over an ellipse, as the seeds of a sunflower are."""
    for number in range(count):
        radius, angle = math.sqrt((number + 0.5) / count), number * GOLDEN_ANGLE
        yield x + rx * radius * math.cos(angle), y + ry * radius * math.sin(angle)


def turned(points: Iterable[Point], x: float, y: float, degrees: float) -> list[Point]:
    """The points, which are around (0, 0), turned and moved to (x, y)."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [(x + px * cos - py * sin, y + px * sin + py * cos) for px, py in points]


def _darker(colour: str) -> str:
    return "#" + "".join(f"{int(colour[at : at + 2], 16) * 86 // 100:02x}" for at in (1, 3, 5))


def _scaled(*points: Point) -> list[Point]:
    return [(x * SCALE, y * SCALE) for x, y in points]


def _curve(points: Sequence[Point]) -> Iterator[Point]:
    """A closed Catmull-Rom spline."""
    count = len(points)
    for at in range(count):
        a, b, c, d = (points[(at + offset) % count] for offset in (-1, 0, 1, 2))
        for step in range(STEPS):
            t = step / STEPS
            yield _between(a[0], b[0], c[0], d[0], t), _between(a[1], b[1], c[1], d[1], t)


def _between(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
