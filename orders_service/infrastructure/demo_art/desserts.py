"""What is eaten last."""

from orders_service.infrastructure.demo_art.canvas import Canvas, scattered, turned


def brigadeiros(canvas: Canvas) -> None:
    """Three balls of chocolate in paper cups."""
    canvas.shadow(130, 248)
    for x, y in ((200, 128), (138, 190), (262, 190)):
        canvas.oval(x, y, 52, 50, "#3d2115")
        canvas.oval(x - 3, y - 3, 48, 46, "#57301e")
        for number, (dot_x, dot_y) in enumerate(scattered(46, x, y - 4, 46, 42)):
            colour = ("#2c160d", "#7d4a2f", "#a06a45")[number % 3]
            canvas.stroke(turned([(-4, 0), (4, 0)], dot_x, dot_y, number * 71), colour, 3.4)
        cup = [(x - 54, y + 8)]
        cup += [(x - 54 + 9 * step, y + (22 if step % 2 else 14)) for step in range(1, 12)]
        cup += [(x + 54, y + 8), (x + 38, y + 58), (x - 38, y + 58)]
        canvas.shape(cup, "#e8b84a")
        for step in range(-4, 5):
            canvas.stroke([(x + step * 11, y + 24), (x + step * 8, y + 56)], "#c9952c", 2)


def flan(canvas: Canvas) -> None:
    """A slice of pudim with its caramel."""
    canvas.oval(200, 240, 140, 24, "#d8cfc2")
    canvas.oval(200, 234, 140, 24, "#fffdf8")
    canvas.oval(200, 232, 112, 16, "#b5651d")
    canvas.shape([(112, 132), (288, 132), (304, 228), (96, 228)], "#f0c466")
    canvas.oval(200, 228, 104, 15, "#f0c466")
    canvas.shape([(112, 132), (146, 132), (136, 232), (96, 228)], "#f7d88c")
    for x, y in scattered(15, 214, 184, 72, 36):
        canvas.oval(x, y, 3.4, 2.6, "#dca845")
    canvas.oval(200, 130, 90, 22, "#9a4f14")
    canvas.smooth(
        [
            (110, 130),
            (150, 140),
            (250, 142),
            (290, 130),
            (292, 168),
            (276, 180),
            (266, 152),
            (238, 154),
            (226, 196),
            (212, 156),
            (176, 154),
            (162, 178),
            (148, 150),
            (128, 152),
            (116, 166),
        ],
        "#9a4f14",
    )
    canvas.oval(200, 128, 84, 18, "#c4701f")
    canvas.smooth([(140, 126), (170, 116), (220, 114), (180, 122), (150, 130)], "#e6a04e")


def acai(canvas: Canvas) -> None:
    """A bowl with banana, granola and honey."""
    canvas.dome(200, 170, 104, 60, "#4a1d4f")
    canvas.dome(192, 168, 84, 46, "#653069")
    for number, (x, y) in enumerate(scattered(46, 238, 142, 54, 22)):
        canvas.oval(x, y, 6, 4.6, ("#c98a3c", "#a8672a", "#e3b266")[number % 3])
    for x, y in ((130, 148), (162, 132), (150, 158), (188, 148)):
        canvas.oval(x, y + 3, 21, 17, "#d9b84e")
        canvas.oval(x, y, 21, 17, "#fbeeb3")
        for dx, dy in ((-5, 0), (3, -5), (4, 5)):
            canvas.oval(x + dx, y + dy, 1.8, 1.8, "#8a6a28")
    canvas.wave(122, 282, 140, 11, "#f0a81f", 5)
    canvas.shadow(70, 256)
    canvas.bowl(200, 168, 112, 86, "#b5793f")
    canvas.bowl(194, 168, 98, 70, "#cf9152")
    canvas.box(86, 162, 314, 176, "#dba566", 7)
    canvas.box(152, 246, 248, 258, "#9c6430", 5)


def brownie(canvas: Canvas) -> None:
    """Warm, under a ball of ice cream."""
    canvas.oval(200, 246, 142, 22, "#d8cfc2")
    canvas.oval(200, 240, 142, 22, "#fffdf8")
    canvas.shape([(98, 172), (302, 172), (296, 240), (104, 240)], "#3b2014")
    canvas.shape([(98, 172), (126, 150), (318, 150), (302, 172)], "#6d432b")
    canvas.shape([(302, 172), (318, 150), (312, 218), (296, 240)], "#2c160d")
    for x, y in scattered(18, 198, 208, 86, 22):
        canvas.oval(x, y, 4.4, 3.2, "#55301d")
    for x, y in ((126, 164), (282, 160), (258, 166)):
        canvas.smooth(turned([(-13, 0), (0, -6), (13, 0), (0, 6)], x, y, 12), "#c9975a")
    canvas.oval(200, 116, 60, 56, "#f3dfb6")
    canvas.oval(194, 110, 52, 48, "#fdf0d2")
    for x in (152, 176, 204, 230, 250):
        canvas.oval(x, 156, 16, 11, "#f3dfb6")
    canvas.smooth(
        [
            (148, 96),
            (170, 66),
            (206, 58),
            (240, 74),
            (254, 104),
            (246, 126),
            (234, 104),
            (220, 138),
            (206, 106),
            (188, 126),
            (174, 102),
            (158, 118),
        ],
        "#5b2f1b",
    )
    canvas.smooth([(172, 78), (196, 66), (212, 68), (190, 78), (176, 90)], "#8a5434")


def lime_pie(canvas: Canvas) -> None:
    """A slice with toasted meringue."""
    canvas.oval(200, 246, 142, 22, "#d8cfc2")
    canvas.oval(200, 240, 142, 22, "#fffdf8")
    canvas.shape([(88, 168), (306, 150), (306, 226), (104, 238)], "#d9ec8f")
    canvas.shape([(88, 196), (306, 186), (306, 206), (94, 218)], "#c3dd6a")
    canvas.shape([(94, 216), (306, 204), (306, 228), (104, 240)], "#c98f48")
    canvas.box(292, 134, 316, 230, "#b97a34", 9)
    for x, y, r in (
        (112, 150, 26),
        (152, 140, 32),
        (200, 132, 36),
        (250, 128, 36),
        (290, 132, 28),
        (174, 116, 26),
        (226, 104, 30),
        (268, 108, 24),
    ):
        canvas.oval(x, y, r, r * 0.86, "#fffaf0")
    for x, y, r in (
        (146, 120, 10),
        (192, 104, 11),
        (228, 84, 13),
        (266, 94, 10),
        (288, 112, 9),
        (112, 132, 8),
    ):
        canvas.oval(x, y, r, r * 0.5, "#e2a95c")
        canvas.oval(x, y + 2, r * 0.6, r * 0.3, "#c98436")
    canvas.oval(322, 214, 32, 32, "#5f9f35")
    canvas.oval(322, 214, 27, 27, "#f4fbdc")
    for degrees in range(0, 360, 60):
        canvas.shape(turned([(4, 0), (22, -9), (24, 0), (22, 9)], 322, 214, degrees), "#b9dc6c")


def cheese_and_guava(canvas: Canvas) -> None:
    """Two of each, as Romeu and Julieta lie together."""
    canvas.oval(200, 246, 142, 22, "#d8cfc2")
    canvas.oval(200, 240, 142, 22, "#fffdf8")
    for x, y, wide in ((200, 232, 104), (200, 152, 84)):
        canvas.shape(
            [(x - wide, y - 36), (x - wide + 22, y - 52), (x + wide + 16, y - 52), (x + wide, y - 36)],
            "#fffef6",
        )
        canvas.box(x - wide, y - 36, x + wide, y, "#f7edd0", 5)
        canvas.shape(
            [(x + wide - 1, y - 36), (x + wide + 16, y - 52), (x + wide + 16, y - 16), (x + wide - 1, y - 2)],
            "#e2d3ab",
        )
        for hole_x, hole_y in scattered(6, x, y - 18, wide - 20, 10):
            canvas.oval(hole_x, hole_y, 4.4, 3, "#e2d3ab")
        top = y - 44
        canvas.shape(
            [
                (x - wide + 10, top - 28),
                (x - wide + 32, top - 44),
                (x + wide + 6, top - 44),
                (x + wide - 10, top - 28),
            ],
            "#d4545a",
        )
        canvas.box(x - wide + 10, top - 28, x + wide - 10, top + 2, "#a92535", 5)
        canvas.shape(
            [
                (x + wide - 11, top - 28),
                (x + wide + 6, top - 44),
                (x + wide + 6, top - 14),
                (x + wide - 11, top),
            ],
            "#801a28",
        )
        canvas.stroke([(x - wide + 26, top - 18), (x + wide - 60, top - 18)], "#c8414c", 5)
    canvas.smooth(turned([(-20, 0), (-6, -10), (20, 0), (-6, 10)], 214, 62, -24), "#4f9a3a")
    canvas.smooth(turned([(-18, 0), (-4, -9), (18, 0), (-4, 9)], 186, 64, 204), "#6cb84f")
