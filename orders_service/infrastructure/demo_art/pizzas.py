"""Pizza by the slice, seen from above."""

import math
from collections.abc import Callable

from orders_service.infrastructure.demo_art.canvas import Canvas, Point, turned

Topping = Callable[[Canvas], None]
TIP = (200.0, 274.0)
RADIUS = 216
HALF_ANGLE = 27


def slice_of_pizza(canvas: Canvas, *toppings: Topping) -> None:
    """An eighth, its tip towards whoever eats it."""
    canvas.shape([TIP, *_rim(RADIUS + 6, 12)], "#d9b98a")
    canvas.shape([TIP, *_rim(RADIUS, 0)], "#e8b45a")
    canvas.stroke(_rim(RADIUS - 4, 0), "#c9822f", 26)
    canvas.stroke(_rim(RADIUS + 1, 0), "#e0a04a", 15)
    canvas.shape([TIP, *_rim(RADIUS - 24, 0, HALF_ANGLE - 2.5)], "#d4502f")
    cheese = [TIP, *_rim(RADIUS - 30, 0, HALF_ANGLE - 4)]
    canvas.shape([(x, y - 6) for x, y in cheese], "#f9d976")
    for x, y in ((166, 128), (238, 112), (200, 214), (216, 166)):
        canvas.oval(x, y, 15, 9, "#fdeaa8")
    for topping in toppings:
        topping(canvas)


def _rim(radius: float, lower: float, half_angle: float = HALF_ANGLE) -> list[Point]:
    angles = [math.radians(-half_angle + half_angle * step / 8) for step in range(17)]
    return [(TIP[0] + radius * math.sin(a), TIP[1] + lower - radius * math.cos(a)) for a in angles]


def sausage(canvas: Canvas) -> None:
    """Slices of calabresa."""
    for x, y, radius in (
        (160, 116, 18),
        (214, 98, 18),
        (192, 152, 18),
        (236, 138, 18),
        (206, 198, 18),
        (197, 232, 12),
    ):
        canvas.oval(x, y + 2, radius, radius, "#8f2f1f")
        canvas.oval(x, y, radius - 1, radius - 1, "#bf4a33")
        for dx, dy in ((-5, -4), (5, 3), (2, -7), (-4, 6)):
            canvas.oval(x + dx, y + dy, 2.4, 2.4, "#e58a6c")


def red_onion(canvas: Canvas) -> None:
    """Rings, and oregano between them."""
    for x, y, degrees in ((184, 122, 10), (232, 116, -30), (178, 176, 50), (216, 170, -10)):
        arc = [(16 * math.cos(a / 6), 7 * math.sin(a / 6)) for a in range(20)]
        canvas.stroke(turned(arc, x, y, degrees), "#8e4b86", 3.4)
    _herbs(canvas, "#4f7d36")


def basil(canvas: Canvas) -> None:
    """Leaves."""
    for x, y, degrees in ((170, 122, -35), (226, 108, 25), (202, 160, 80), (232, 150, -20), (198, 214, 10)):
        leaf = turned([(-19, 0), (-6, -9), (8, -8), (20, 0), (8, 8), (-6, 9)], x, y, degrees)
        canvas.smooth(leaf, "#3f8f3a")
        canvas.stroke(turned([(-14, 0), (14, 0)], x, y, degrees), "#79bf62", 2)


def mozzarella(canvas: Canvas) -> None:
    """Melted pieces, and tomato that shines through."""
    for x, y in ((184, 96), (214, 132), (176, 154), (212, 188), (246, 124)):
        canvas.oval(x, y, 20, 15, "#fff8e7")
        canvas.oval(x - 4, y - 3, 9, 6, "#ffffff")
    for x, y in ((156, 104), (248, 98), (192, 180), (236, 164), (202, 236)):
        canvas.oval(x, y, 11, 8, "#e2553c")


def ham_egg_and_peas(canvas: Canvas) -> None:
    """What a portuguesa is known by."""
    for x, y, degrees in ((160, 112, 20), (226, 92, -15), (206, 176, 40), (240, 136, 70)):
        canvas.shape(turned([(-17, -10), (17, -10), (17, 10), (-17, 10)], x, y, degrees), "#ec93a6")
    for x, y in ((194, 112), (218, 146), (204, 214)):
        canvas.oval(x, y, 17, 13, "#ffffff")
        canvas.oval(x, y, 8, 7, "#f9b233")
    for x, y in ((176, 142), (184, 150), (172, 156), (234, 112), (228, 120), (212, 192), (196, 192)):
        canvas.oval(x, y, 5, 5, "#6fae3d")
    for x, y in ((158, 138), (246, 114), (190, 168), (222, 172)):
        canvas.oval(x, y, 9, 9, "#3d3a2a")
        canvas.oval(x, y, 3.5, 3.5, "#f9d976")


def _herbs(canvas: Canvas, colour: str) -> None:
    for number, (x, y) in enumerate(
        ((150, 98), (176, 104), (200, 118), (244, 100), (222, 128), (186, 140), (204, 182), (188, 200))
    ):
        canvas.stroke(turned([(-3, 0), (3, 0)], x, y, number * 50), colour, 2.6)
