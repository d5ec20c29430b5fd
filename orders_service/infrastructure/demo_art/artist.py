"""The demonstration's pictures, by the names of its products."""

from collections.abc import Callable
from functools import partial

from orders_service.domain.image import Image
from orders_service.infrastructure.demo_art import desserts, drinks, pizzas, sandwiches, sides
from orders_service.infrastructure.demo_art.canvas import Canvas
from orders_service.ports.image_ports import ArtistPort

Drawing = Callable[[Canvas], None]

SAND, MINT, SKY, ROSE, SUN, LILAC = (
    ("#f6e3c5", "#fdf4e3"),
    ("#d3ebd9", "#ecf8ef"),
    ("#cfe5f3", "#e9f5fb"),
    ("#f8d7d6", "#fdeeed"),
    ("#fce9b2", "#fff7dc"),
    ("#e3d9f0", "#f4eefa"),
)

_CHICKPEA = partial(sandwiches.meat, colour="#b98d4c", edge="#8f6a32")
_HERBS = partial(sandwiches.sauce, colour="#cfe0a0")
_PINK = partial(sandwiches.sauce, colour="#f2a884")
_LEMON = partial(sandwiches.sauce, colour="#f7ecb5")
_CABBAGE = partial(sandwiches.lettuce, dark="#9fbf6a", light="#dbe8b4")
_CHEDDAR = partial(sandwiches.cheese, colour="#f39a1f")


def _burger(*layers: sandwiches.Layer, bun: str = sandwiches.BREAD) -> Drawing:
    return lambda canvas: sandwiches.burger(canvas, *layers, bun=bun)


def _pizza(*toppings: pizzas.Topping) -> Drawing:
    return lambda canvas: pizzas.slice_of_pizza(canvas, *toppings)


DRAWINGS: dict[str, tuple[tuple[str, str], Drawing]] = {
    "X-Salada": (
        SAND,
        _burger(sandwiches.meat, sandwiches.cheese, sandwiches.tomato, sandwiches.lettuce, _LEMON),
    ),
    "X-Bacon": (ROSE, _burger(sandwiches.meat, sandwiches.cheese, sandwiches.onion, sandwiches.bacon)),
    "X-Tudo": (
        SUN,
        _burger(
            sandwiches.meat,
            sandwiches.cheese,
            sandwiches.straws,
            sandwiches.ham,
            sandwiches.egg,
            sandwiches.bacon,
            sandwiches.lettuce,
        ),
    ),
    "Smash duplo": (
        SKY,
        _burger(sandwiches.meat, _CHEDDAR, sandwiches.meat, _CHEDDAR, sandwiches.pickles, _PINK),
    ),
    "Frango crocante": (MINT, _burger(_CABBAGE, sandwiches.crispy_chicken, _LEMON, bun="#e9b25e")),
    "Hambúrguer de grão-de-bico": (
        LILAC,
        _burger(_CHICKPEA, sandwiches.tomato, sandwiches.rocket, _HERBS, bun="#b9803f"),
    ),
    "Misto-quente": (SUN, sandwiches.toast),
    "Fatia de pizza calabresa": (ROSE, _pizza(pizzas.sausage, pizzas.red_onion)),
    "Fatia de pizza margherita": (MINT, _pizza(pizzas.mozzarella, pizzas.basil)),
    "Fatia de pizza portuguesa": (SKY, _pizza(pizzas.ham_egg_and_peas)),
    "Batata frita": (SUN, sides.fries),
    "Batata rústica": (SAND, sides.wedges),
    "Onion rings": (SKY, sides.onion_rings),
    "Mandioca frita": (MINT, sides.cassava),
    "Coxinha de frango": (ROSE, sides.coxinha),
    "Salada da horta": (LILAC, sides.salad),
    "Guaraná lata": (MINT, lambda canvas: drinks.can(canvas, "#2e8b47", "#1f6b34", drinks.guarana_berries)),
    "Refrigerante de cola lata": (
        ROSE,
        lambda canvas: drinks.can(canvas, "#c62f2f", "#8f1f1f", drinks.cola_wave),
    ),
    "Água mineral": (SKY, drinks.water),
    "Suco de laranja": (SUN, drinks.orange_juice),
    "Suco de maracujá": (LILAC, drinks.passion_fruit_juice),
    "Mate gelado com limão": (SAND, drinks.iced_mate),
    "Milk-shake de doce de leite": (ROSE, drinks.milkshake),
    "Café coado": (SAND, drinks.coffee),
    "Brigadeiro gourmet": (ROSE, desserts.brigadeiros),
    "Pudim de leite": (SKY, desserts.flan),
    "Açaí na tigela": (LILAC, desserts.acai),
    "Brownie com sorvete": (SAND, desserts.brownie),
    "Torta de limão": (MINT, desserts.lime_pie),
    "Romeu e Julieta": (SUN, desserts.cheese_and_guava),
}


class DemoArtist(ArtistPort):
    """Draws in code what a photographer would take: the same picture each time."""

    def draw(self, name: str) -> Image | None:
        """Draw it, at its own colours' ground."""
        if name not in DRAWINGS:
            return None
        (ground, light), drawing = DRAWINGS[name]
        canvas = Canvas(ground, light)
        drawing(canvas)
        return canvas.finished()
