"""What is drunk."""

import math
from collections.abc import Callable

from orders_service.infrastructure.demo_art.canvas import Canvas, scattered, turned


def can(canvas: Canvas, body: str, dark: str, mark: Callable[[Canvas], None]) -> None:
    """A can of 350 ml, cold enough for drops."""
    canvas.shadow(62, 262)
    canvas.box(142, 58, 258, 262, dark, 18)
    canvas.box(142, 58, 240, 262, body, 18)
    canvas.box(152, 66, 166, 254, "#ffffff", 7)
    canvas.box(156, 66, 168, 254, body, 6)
    canvas.oval(200, 58, 52, 12, "#9aa3ab")
    canvas.oval(200, 55, 50, 11, "#cfd6dc")
    canvas.oval(200, 55, 38, 7, "#b3bcc4")
    canvas.oval(206, 54, 12, 3.4, "#8f99a2")
    canvas.box(148, 248, 252, 262, "#b3bcc4", 7)
    mark(canvas)
    for x, y in ((164, 96), (236, 120), (228, 212), (170, 220), (242, 172), (160, 160), (212, 232)):
        canvas.oval(x, y, 3.6, 5, "#e9f6fb")


def guarana_berries(canvas: Canvas) -> None:
    """Red, with an eye, and a leaf."""
    canvas.smooth(turned([(-40, 0), (-10, -18), (40, 0), (-10, 18)], 214, 124, -28), "#8bcf5a")
    for x, y in ((184, 150), (216, 160), (196, 186)):
        canvas.oval(x, y, 19, 19, "#c62828")
        canvas.oval(x + 2, y + 3, 9, 9, "#ffffff")
        canvas.oval(x + 2, y + 3, 5, 5, "#2b1b17")


def cola_wave(canvas: Canvas) -> None:
    """A white ribbon over bubbles."""
    canvas.smooth(
        [(144, 182), (176, 150), (216, 158), (256, 118), (256, 146), (218, 184), (178, 176), (144, 208)],
        "#ffffff",
    )
    for x, y, size in ((178, 116, 8), (204, 100, 5), (216, 212, 7), (188, 222, 5)):
        canvas.ring(x, y, size, size, "#f7c9c4", 2.4)


def water(canvas: Canvas) -> None:
    """A bottle of half a litre."""
    canvas.shadow(58, 264)
    canvas.box(182, 30, 218, 52, "#2f7fc1", 5)
    canvas.smooth(
        [
            (184, 52),
            (216, 52),
            (222, 82),
            (252, 112),
            (254, 250),
            (236, 264),
            (164, 264),
            (146, 250),
            (148, 112),
            (178, 82),
        ],
        "#bfe3f5",
    )
    canvas.box(150, 112, 250, 258, "#8fd0f0", 16)
    canvas.box(150, 142, 250, 206, "#2f7fc1", 3)
    canvas.smooth([(200, 150), (216, 178), (200, 198), (184, 178)], "#dff3fc")
    canvas.box(160, 92, 170, 250, "#e9f8ff", 5)
    for y in (222, 236):
        canvas.stroke([(160, y), (240, y)], "#6cbbe4", 3)
    for x, y in ((226, 100), (236, 128), (228, 220), (180, 126)):
        canvas.ring(x, y, 5, 5, "#eefaff", 2)


def orange_juice(canvas: Canvas) -> None:
    """With a slice on the rim."""
    _glass(canvas, "#f79a1f", "#ffb74a")
    _slice_of_fruit(canvas, 262, 84, "#f28c1b", "#ffc766")
    _straw(canvas, "#d94f3d")


def passion_fruit_juice(canvas: Canvas) -> None:
    """With half a fruit beside it."""
    _glass(canvas, "#f5c518", "#fbdc5c")
    for x, y in scattered(14, 196, 196, 40, 50):
        canvas.smooth(turned([(-4, 0), (0, -3), (4, 0), (0, 3)], x, y, x * 7), "#4a3418")
    _straw(canvas, "#5f8f3a")
    canvas.oval(286, 226, 46, 42, "#7c3f6a")
    canvas.oval(286, 226, 39, 35, "#f6e7c3")
    canvas.oval(286, 226, 31, 28, "#f2b41c")
    for x, y in scattered(16, 286, 226, 25, 22):
        canvas.oval(x, y, 3.6, 2.8, "#3c2a16")


def iced_mate(canvas: Canvas) -> None:
    """With ice and a slice of lime."""
    _glass(canvas, "#9c5a22", "#b9742f")
    for x, y, degrees in ((176, 120, 14), (222, 126, -20), (196, 158, 38)):
        canvas.shape(turned([(-19, -19), (19, -19), (19, 19), (-19, 19)], x, y, degrees), "#d9a86c")
        canvas.shape(turned([(-13, -13), (13, -13), (13, 13), (-13, 13)], x, y, degrees), "#e9c79a")
    _slice_of_fruit(canvas, 262, 84, "#6fae3d", "#d5ec9a")
    _straw(canvas, "#3f7d32")


def milkshake(canvas: Canvas) -> None:
    """Of doce de leite, with cream, a cherry and a straw."""
    canvas.shadow(60, 264)
    canvas.stroke([(236, 120), (258, 34)], "#d94f3d", 10)
    canvas.stroke([(241, 100), (245, 84)], "#ffffff", 10)
    for x, y, r in ((172, 108, 27), (228, 108, 27), (200, 98, 34), (188, 74, 22), (212, 70, 19)):
        canvas.oval(x, y, r, r, "#fff6e6")
    canvas.oval(200, 46, 13, 13, "#c9283a")
    canvas.oval(196, 42, 4, 4, "#f29aa4")
    canvas.shape([(144, 116), (256, 116), (234, 246), (166, 246)], "#d9a066")
    canvas.shape([(144, 116), (172, 116), (184, 246), (166, 246)], "#e8bb86")
    canvas.smooth(
        [
            (144, 118),
            (180, 116),
            (256, 118),
            (252, 146),
            (236, 132),
            (220, 160),
            (204, 132),
            (184, 152),
            (166, 132),
            (150, 142),
        ],
        "#a9662a",
    )
    canvas.box(140, 106, 260, 122, "#f2e7d8", 8)
    canvas.box(176, 244, 224, 254, "#e6d6c2", 3)
    canvas.box(154, 252, 246, 264, "#f2e7d8", 6)


def coffee(canvas: Canvas) -> None:
    """A small cup on a saucer, steaming."""
    for x in (166, 200, 234):
        steam = [(x + 7 * math.sin(step / 2.6), 112 - 3 * step) for step in range(22)]
        canvas.stroke(steam, "#ffffff", 7)
    canvas.oval(200, 244, 128, 20, "#d9cdbd")
    canvas.oval(200, 238, 128, 20, "#fffaf2")
    canvas.oval(200, 237, 84, 11, "#e8dccb")
    canvas.ring(290, 174, 34, 30, "#f4ece0", 12)
    canvas.bowl(200, 136, 92, 104, "#fffaf2")
    canvas.bowl(186, 150, 60, 78, "#ffffff")
    canvas.box(164, 228, 236, 242, "#efe5d6", 6)
    canvas.oval(200, 138, 92, 22, "#efe5d6")
    canvas.oval(200, 140, 82, 17, "#4a2a17")
    canvas.oval(188, 138, 40, 7, "#6d4227")


def _glass(canvas: Canvas, drink: str, light: str) -> None:
    canvas.shadow(58, 264)
    canvas.shape([(134, 62), (266, 62), (246, 262), (154, 262)], "#f7fbfd")
    canvas.shape([(141, 92), (259, 92), (241, 254), (159, 254)], drink)
    canvas.shape([(141, 92), (166, 92), (176, 254), (159, 254)], light)
    canvas.oval(200, 92, 59, 9, light)
    canvas.oval(200, 62, 66, 10, "#e4eef3")
    canvas.oval(200, 62, 58, 7, "#f7fbfd")


def _straw(canvas: Canvas, colour: str) -> None:
    canvas.stroke([(190, 96), (166, 28)], colour, 9)
    canvas.stroke([(180, 70), (176, 58)], "#ffffff", 9)


def _slice_of_fruit(canvas: Canvas, x: float, y: float, peel: str, flesh: str) -> None:
    canvas.oval(x, y, 38, 38, peel)
    canvas.oval(x, y, 32, 32, "#fff7e0")
    for degrees in range(0, 360, 60):
        wedge = turned([(4, 0), (27, -11), (29, 0), (27, 11)], x, y, degrees + 12)
        canvas.shape(wedge, flesh)
