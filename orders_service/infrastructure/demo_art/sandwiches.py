"""Burgers, built from the plate up, and what else is eaten between two slices of bread."""

from collections.abc import Callable

from orders_service.infrastructure.demo_art.canvas import Canvas, scattered, turned

CRUST, BREAD, SHINE = "#c77f2f", "#e3a24b", "#f0bf73"
LEFT, RIGHT = 104, 296
Layer = Callable[[Canvas, float], float]
"""Draws itself onto what ends at a height, and says at what height it ends."""


def burger(canvas: Canvas, *layers: Layer, bun: str = BREAD) -> None:
    """The layers, from the lowest to the highest, between two halves of a bun."""
    top = 246.0
    canvas.shadow(116, 246)
    canvas.box(LEFT, top - 30, RIGHT, top, CRUST, 16)
    canvas.box(LEFT, top - 30, RIGHT, top - 8, bun, 10)
    top -= 28
    for layer in layers:
        top = layer(canvas, top)
    _lid(canvas, top + 4, bun)


def _lid(canvas: Canvas, y: float, bun: str) -> None:
    canvas.dome(200, y - 6, 100, 74, bun)
    canvas.box(100, y - 14, 300, y, CRUST, 7)
    canvas.box(100, y - 16, 300, y - 5, bun, 6)
    shine = [(124, -36), (150, -58), (186, -68), (160, -54), (138, -36), (128, -28)]
    canvas.smooth([(x, y + dy) for x, dy in shine], SHINE)
    for number, (x, seed_y) in enumerate(scattered(17, 206, y - 45, 66, 24)):
        canvas.smooth(turned([(-4, 0), (0, -2), (4, 0), (0, 2)], x, seed_y, number * 47), "#fbe9c6")


def meat(canvas: Canvas, y: float, colour: str = "#6d3f28", edge: str = "#55301d") -> float:
    """A grilled disc."""
    canvas.box(LEFT - 6, y - 26, RIGHT + 6, y, edge, 13)
    canvas.box(LEFT - 6, y - 26, RIGHT + 6, y - 6, colour, 10)
    for x, dot_y in scattered(16, 200, y - 14, 92, 6):
        canvas.oval(x, dot_y, 3, 1.6, edge)
    return y - 24


def cheese(canvas: Canvas, y: float, colour: str = "#f7bd3a") -> float:
    """A slice whose corners hang down."""
    canvas.box(LEFT - 4, y - 7, RIGHT + 4, y + 1, colour, 3)
    for x, depth in ((122, 10), (176, 20), (236, 14), (282, 9)):
        canvas.smooth([(x - 22, y - 2), (x, y + depth), (x + 22, y - 2), (x, y - 5)], colour)
    return y - 6


def lettuce(canvas: Canvas, y: float, dark: str = "#4f9a36", light: str = "#7fc552") -> float:
    """Leaves with a ruffled edge."""
    for number, x in enumerate(range(LEFT - 6, RIGHT + 8, 16)):
        canvas.oval(x, y - 5 + number % 2 * 4, 14, 9, dark)
    for number, x in enumerate(range(LEFT, RIGHT + 2, 16)):
        canvas.oval(x, y - 9 + number % 2 * 3, 12, 6, light)
    return y - 12


def tomato(canvas: Canvas, y: float) -> float:
    """Two slices beside each other."""
    for x0, x1 in ((LEFT + 2, 196), (204, RIGHT - 2)):
        canvas.box(x0, y - 13, x1, y, "#c93a2b", 6)
        canvas.box(x0 + 3, y - 11, x1 - 3, y - 5, "#ea6a55", 3)
    return y - 11


def bacon(canvas: Canvas, y: float) -> float:
    """Two crisp strips."""
    canvas.wave(LEFT - 2, RIGHT + 2, y - 6, 4, "#a33a2a", 11)
    canvas.wave(LEFT + 2, RIGHT - 2, y - 7, 4, "#f2b394", 3)
    return y - 13


def egg(canvas: Canvas, y: float) -> float:
    """Fried on one side; the yolk runs."""
    for lower, colour in ((3, "#dcc695"), (0, "#fffaf0")):
        rim = [(98, -2), (140, -9), (260, -9), (302, -2), (276, 7), (240, 2), (200, 6), (164, 2), (128, 8)]
        canvas.smooth([(x, y + lower + dy) for x, dy in rim], colour)
    for x, depth in ((152, 13), (226, 20)):
        yolk = [(-26, -9), (26, -9), (16, 0), (7, depth), (-7, depth - 2), (-14, 0)]
        canvas.smooth([(x + dx, y + dy) for dx, dy in yolk], "#f9a825")
    return y - 8


def onion(canvas: Canvas, y: float, colour: str = "#b9793a") -> float:
    """Rings, browned in butter."""
    canvas.box(LEFT, y - 9, RIGHT, y + 1, "#8f5a24", 4)
    for x in range(LEFT + 4, RIGHT - 4, 21):
        canvas.ring(x + 6, y - 5, 16, 7, colour, 4)
    return y - 9


def pickles(canvas: Canvas, y: float) -> float:
    """Four slices."""
    for x in (126, 176, 226, 274):
        canvas.box(x - 20, y - 9, x + 20, y, "#5f7f2e", 4)
        canvas.box(x - 17, y - 8, x + 17, y - 4, "#9db955", 2)
    return y - 8


def ham(canvas: Canvas, y: float) -> float:
    """A folded slice."""
    canvas.wave(LEFT - 2, RIGHT + 2, y - 5, 3, "#e0839a", 11)
    canvas.wave(LEFT, RIGHT, y - 8, 3, "#f4b3c2", 4)
    return y - 11


def straws(canvas: Canvas, y: float) -> float:
    """Potatoes cut as thin as matches, and corn."""
    canvas.box(LEFT, y - 10, RIGHT, y + 1, "#d99a2b", 5)
    for number, (x, stick_y) in enumerate(scattered(70, 200, y - 6, 100, 6)):
        stick = turned([(-9, 0), (9, 0)], x, stick_y, number * 61 % 50 - 25)
        canvas.stroke(stick, ("#f2c14e", "#f7d777", "#e0a83a")[number % 3], 3)
    return y - 11


def sauce(canvas: Canvas, y: float, colour: str = "#f0956a") -> float:
    """Runs down a little."""
    canvas.box(LEFT, y - 6, RIGHT, y + 1, colour, 3)
    for x, depth in ((136, 8), (162, 15), (214, 11), (262, 17)):
        canvas.smooth([(x - 10, y - 3), (x - 5, y + depth), (x + 5, y + depth), (x + 10, y - 3)], colour)
    return y - 5


def crispy_chicken(canvas: Canvas, y: float) -> float:
    """Breaded, with an uneven crust."""
    canvas.box(LEFT - 10, y - 32, RIGHT + 10, y - 2, "#c8792a", 15)
    for number, (x, crumb_y) in enumerate(scattered(60, 200, y - 17, 102, 14)):
        canvas.oval(x, crumb_y, 7, 5, ("#e09a3e", "#d48a31", "#eab25a")[number % 3])
    return y - 30


def rocket(canvas: Canvas, y: float) -> float:
    """Narrow leaves."""
    for number, x in enumerate(range(LEFT - 2, RIGHT + 6, 12)):
        leaf = turned([(-15, 0), (-5, -5), (13, 0), (-5, 5)], x, y - 5, (-24, 16, -8, 30)[number % 4])
        canvas.smooth(leaf, ("#3f7d32", "#5a9c40")[number % 2])
    return y - 10


def toast(canvas: Canvas) -> None:
    """A grilled sandwich of ham and cheese, cut in two."""
    canvas.shadow(126, 238, 192)
    for x, y in ((216, 0), (152, 34)):
        front = [(x - 78, y + 204), (x + 78, y + 204), (x, y + 84)]
        canvas.shape([(px + 12, py - 10) for px, py in front], "#b9742c")
        canvas.shape([(px + 9, py - 8) for px, py in front], "#f3d9a6")
        canvas.shape([(px + 6, py - 6) for px, py in front], "#e58aa0")
        canvas.shape([(px + 3, py - 3) for px, py in front], "#f7bd3a")
        canvas.shape(front, "#c98436")
        inner = [(x - 62, y + 196), (x + 62, y + 196), (x, y + 102)]
        canvas.shape(inner, "#e6ae5c")
        for at in (-30, -6, 18, 42):
            canvas.stroke([(x + at - 12, y + 192), (x + at + 4, y + 168)], "#b9742c", 4)
