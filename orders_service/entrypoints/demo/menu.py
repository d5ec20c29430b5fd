"""The demonstration's menu: what a neighbourhood burger and pizza place sells. Prices in centavos."""

from orders_service.domain.product import StockReason
from orders_service.usecases.load_demo_usecase import Delivery, DemoProduct

SLICES_OF_A_PIZZA = 8


def _counted(units: int) -> tuple[Delivery, ...]:
    return (Delivery(units, StockReason.SET),)


def _whole_pizzas(pizzas: int) -> tuple[Delivery, ...]:
    """Sold by the slice: each pizza is opened into eight."""
    return (Delivery(SLICES_OF_A_PIZZA, StockReason.BATCH),) * pizzas


LANCHES = (
    DemoProduct(
        "X-Salada",
        "Hambúrguer de 120 g, queijo prato, alface, tomate e maionese da casa no pão de gergelim",
        "lanche",
        2490,
    ),
    DemoProduct(
        "X-Bacon",
        "Hambúrguer de 150 g, bacon crocante, queijo prato e cebola caramelizada",
        "lanche",
        2990,
    ),
    DemoProduct(
        "X-Tudo",
        "Hambúrguer de 150 g, ovo, bacon, presunto, queijo, milho, batata palha e salada",
        "lanche",
        3490,
    ),
    DemoProduct(
        "Smash duplo", "Dois discos de 80 g, cheddar derretido, picles e molho especial", "lanche", 3190
    ),
    DemoProduct(
        "Frango crocante",
        "Filé de sobrecoxa empanado, maionese de limão e salada de repolho",
        "lanche",
        2790,
    ),
    DemoProduct(
        "Hambúrguer de grão-de-bico",
        "Disco vegetal da casa, rúcula, tomate assado e maionese de ervas, sem nada de origem animal",
        "lanche",
        2890,
    ),
    DemoProduct(
        "Misto-quente", "Presunto, queijo muçarela e manteiga no pão de forma na chapa", "lanche", 1390
    ),
    DemoProduct(
        "Fatia de pizza calabresa",
        "Calabresa fatiada, cebola roxa, muçarela e orégano; massa de fermentação longa",
        "lanche",
        1190,
        _whole_pizzas(3),
    ),
    DemoProduct(
        "Fatia de pizza margherita",
        "Molho de tomate, muçarela de búfala e manjericão fresco",
        "lanche",
        1290,
        _whole_pizzas(3),
    ),
    DemoProduct(
        "Fatia de pizza portuguesa",
        "Presunto, ovo, ervilha, cebola, azeitona e muçarela",
        "lanche",
        1290,
        _whole_pizzas(2),
    ),
)

ACOMPANHAMENTOS = (
    DemoProduct("Batata frita", "Porção de 250 g, palito fino e sal de ervas", "acompanhamento", 1490),
    DemoProduct(
        "Batata rústica", "Porção de 300 g com alecrim, alho e páprica defumada", "acompanhamento", 1690
    ),
    DemoProduct("Onion rings", "Dez anéis de cebola empanados com molho barbecue", "acompanhamento", 1790),
    DemoProduct(
        "Mandioca frita", "Porção de 300 g, macia por dentro, com manteiga de garrafa", "acompanhamento", 1890
    ),
    DemoProduct(
        "Coxinha de frango",
        "Unidade de 120 g com requeijão, frita na hora",
        "acompanhamento",
        890,
        _counted(40),
    ),
    DemoProduct(
        "Salada da horta",
        "Folhas, cenoura, tomate-cereja, milho e molho de mostarda e mel",
        "acompanhamento",
        1590,
    ),
)

BEBIDAS = (
    DemoProduct("Guaraná lata", "350 ml, bem gelado", "bebida", 690, _counted(96)),
    DemoProduct("Refrigerante de cola lata", "350 ml, com ou sem açúcar", "bebida", 690, _counted(96)),
    DemoProduct("Água mineral", "500 ml, com ou sem gás", "bebida", 450, _counted(120)),
    DemoProduct("Suco de laranja", "400 ml, espremido na hora, sem açúcar", "bebida", 1090),
    DemoProduct("Suco de maracujá", "400 ml, da fruta", "bebida", 1090),
    DemoProduct("Mate gelado com limão", "400 ml, feito na casa", "bebida", 890),
    DemoProduct("Milk-shake de doce de leite", "400 ml, com sorvete artesanal", "bebida", 1890),
    DemoProduct("Café coado", "120 ml, grãos do sul de Minas", "bebida", 590),
)

SOBREMESAS = (
    DemoProduct(
        "Brigadeiro gourmet",
        "Unidade, chocolate 50 % e granulado belga",
        "sobremesa",
        550,
        _counted(60),
    ),
    DemoProduct("Pudim de leite", "Fatia generosa com calda de caramelo", "sobremesa", 1290, _counted(16)),
    DemoProduct(
        "Açaí na tigela", "300 ml com banana, granola e mel; peça sem mel nas observações", "sobremesa", 1990
    ),
    DemoProduct("Brownie com sorvete", "Brownie quente de chocolate e sorvete de creme", "sobremesa", 2190),
    DemoProduct("Torta de limão", "Fatia com merengue tostado", "sobremesa", 1490, _counted(12)),
    DemoProduct("Romeu e Julieta", "Queijo minas e goiabada cascão", "sobremesa", 1190),
)

MENU = LANCHES + ACOMPANHAMENTOS + BEBIDAS + SOBREMESAS
PICTURED = tuple(product.name for product in MENU)
