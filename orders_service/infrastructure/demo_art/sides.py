"""What is eaten beside a burger."""

from orders_service.infrastructure.demo_art.canvas import Canvas, scattered, turned


def fries(canvas: Canvas) -> None:
    """Thin ones in a paper box."""
    canvas.shadow(82, 256)
    for number, (x, length) in enumerate(
        ((142, 74), (158, 104), (176, 92), (192, 122), (208, 98), (224, 118), (242, 88), (258, 70))
    ):
        lean = (x - 200) / 5
        for dx, colour in ((0, "#dfa22c"), (-2, ("#f6c945", "#f9d566")[number % 2])):
            canvas.stroke([(x + dx, 190), (x + dx + lean, 176 - length)], colour, 13 if dx == 0 else 9)
    for x, top in ((150, 132), (184, 118), (216, 124), (250, 136)):
        canvas.stroke([(x, 190), (x + (x - 200) / 7, top)], "#f6c945", 11)
    canvas.smooth([(128, 150), (200, 172), (272, 150), (258, 254), (200, 258), (142, 254)], "#d8392f")
    canvas.smooth([(150, 174), (200, 186), (196, 254), (158, 252)], "#e5564a")
    canvas.oval(200, 212, 22, 22, "#fff3dd")
    canvas.oval(200, 212, 13, 13, "#f6c945")


def wedges(canvas: Canvas) -> None:
    """Rustic potatoes in a bowl, with rosemary."""
    wedge = [(-56, 0), (-28, -19), (12, -22), (54, -2), (22, 18), (-24, 17)]
    for x, y, degrees in (
        (134, 136, -64),
        (266, 136, 62),
        (168, 108, -82),
        (232, 106, 84),
        (200, 98, -100),
        (152, 148, -34),
        (248, 148, 36),
        (200, 142, -94),
    ):
        canvas.smooth(turned(wedge, x, y + 3, degrees), "#a3621f")
        canvas.smooth(turned(wedge, x, y, degrees), "#c98331")
        canvas.smooth(turned([(px * 0.84, py * 0.7 - 2) for px, py in wedge], x, y, degrees), "#f3c766")
        for dx, dy in scattered(6, 0, 0, 32, 8):
            canvas.oval(*turned([(dx, dy)], x, y, degrees)[0], 2, 2, "#a8482a")
    _bowl(canvas, "#3f5b6b", "#54778a")
    for x, y, degrees in ((170, 124, -50), (234, 120, 40)):
        canvas.stroke(turned([(-22, 0), (22, 0)], x, y, degrees), "#3d6b35", 2.6)
        for at in range(-18, 20, 7):
            canvas.stroke(turned([(at, 0), (at + 5, -7)], x, y, degrees), "#4f8a42", 2.4)
            canvas.stroke(turned([(at, 0), (at + 5, 7)], x, y, degrees), "#4f8a42", 2.4)


def cassava(canvas: Canvas) -> None:
    """Thick sticks on a board, with butter beside them."""
    canvas.shadow(134, 248)
    canvas.box(70, 206, 330, 244, "#8d5a2b", 18)
    canvas.box(70, 200, 330, 232, "#a9713a", 16)
    for x, y, degrees in (
        (150, 198, 4),
        (232, 200, -5),
        (176, 172, -12),
        (240, 170, 10),
        (206, 146, -4),
        (166, 150, 24),
        (214, 120, 16),
    ):
        stick = [(-58, -15), (0, -17), (58, -14), (60, 0), (56, 14), (0, 17), (-57, 15), (-61, 0)]
        canvas.smooth(turned(stick, x, y + 3, degrees), "#c68a2e")
        canvas.smooth(turned(stick, x, y, degrees), "#f5cf6b")
        canvas.stroke(turned([(-44, -6), (34, -7)], x, y, degrees), "#fbe6a6", 5)
    canvas.bowl(306, 186, 34, 30, "#f4f1e8")
    canvas.oval(306, 186, 34, 10, "#fffdf6")
    canvas.oval(306, 187, 27, 7, "#f0b52f")


def onion_rings(canvas: Canvas) -> None:
    """Ten, piled up, and a sauce to dip them in."""
    canvas.shadow(122, 244)
    for x, y in (
        (136, 214),
        (206, 220),
        (268, 214),
        (166, 186),
        (238, 188),
        (204, 158),
        (178, 132),
        (222, 118),
    ):
        canvas.ring(x, y + 5, 46, 26, "#9c5f1c", 17)
        canvas.ring(x, y, 46, 26, "#dd9a3a", 16)
        canvas.ring(x, y - 2, 42, 22, "#efba5f", 5)
    canvas.bowl(298, 226, 40, 34, "#efe6d6")
    canvas.oval(298, 226, 40, 13, "#fffaf0")
    canvas.oval(298, 228, 32, 9, "#7a2d1c")


def coxinha(canvas: Canvas) -> None:
    """Three drops with a crisp crust, one of them bitten into."""
    drop = [
        (0, -88),
        (14, -58),
        (44, -16),
        (50, 22),
        (30, 50),
        (0, 58),
        (-30, 50),
        (-50, 22),
        (-44, -16),
        (-14, -58),
    ]
    canvas.shadow(126, 246)
    for x, y, degrees in ((136, 186, -14), (266, 188, 16), (200, 192, 0)):
        canvas.smooth(turned(drop, x, y + 4, degrees), "#a5641f")
        canvas.smooth(turned(drop, x, y, degrees), "#dd9435")
        canvas.smooth(
            turned([(-22, -8), (-10, -40), (-4, -50), (-8, -20), (-20, 20)], x, y, degrees), "#efb765"
        )
        for dx, dy in scattered(22, 4, 16, 36, 32):
            canvas.oval(*turned([(dx, dy)], x, y, degrees)[0], 2, 2, "#c67c25")
    canvas.oval(208, 212, 30, 25, "#f8e3b4")
    canvas.oval(208, 214, 22, 18, "#fbf1d8")
    for x, y, degrees in ((198, 210, 20), (214, 206, -30), (208, 220, 60), (220, 218, 10)):
        canvas.stroke(turned([(-7, 0), (7, 0)], x, y, degrees), "#d9b27c", 4)


def salad(canvas: Canvas) -> None:
    """Leaves, carrot, cherry tomatoes and corn in a bowl."""
    for number, (x, y, size) in enumerate(
        (
            (132, 150, 40),
            (176, 128, 46),
            (226, 126, 46),
            (268, 150, 40),
            (200, 148, 48),
            (154, 162, 36),
            (246, 164, 36),
        )
    ):
        dark, light = (("#4b9440", "#77bf57"), ("#5ea846", "#93d06b"))[number % 2]
        leaf = [
            (x + dx * size, y + dy * size)
            for dx, dy in (
                (-1, 0.2),
                (-0.7, -0.5),
                (-0.2, -0.75),
                (0.3, -0.8),
                (0.8, -0.45),
                (1, 0.2),
                (0.4, 0.6),
                (-0.4, 0.6),
            )
        ]
        canvas.smooth(leaf, dark)
        canvas.smooth([(x + (px - x) * 0.72, y + (py - y) * 0.72) for px, py in leaf], light)
        canvas.stroke([(x, y + size * 0.4), (x, y - size * 0.4)], dark, 2.4)
    for x, y, degrees in ((178, 156, 30), (232, 142, -40), (208, 120, 10), (150, 144, 70)):
        canvas.stroke(turned([(-15, 0), (15, 0)], x, y, degrees), "#f0883a", 5)
    for x, y in ((160, 128), (214, 162), (256, 146)):
        canvas.oval(x, y, 15, 15, "#d63b2c")
        canvas.oval(x - 5, y - 5, 4, 4, "#f49a8a")
    for x, y in ((190, 138), (198, 132), (240, 168), (232, 164), (140, 160), (222, 132)):
        canvas.oval(x, y, 5, 4.4, "#f8d548")
    _bowl(canvas, "#e7ddcb", "#fffaf0")


def _bowl(canvas: Canvas, dark: str, light: str) -> None:
    canvas.shadow(70, 254)
    canvas.bowl(200, 168, 112, 84, dark)
    canvas.bowl(200, 168, 108, 70, light)
    canvas.box(86, 162, 314, 176, light, 7)
    canvas.box(150, 244, 250, 256, dark, 5)
