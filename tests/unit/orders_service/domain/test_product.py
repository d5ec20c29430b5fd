from dataclasses import replace

import pytest

from orders_service.domain.product import folded
from tests.builders.orders_service import a_product


@pytest.mark.parametrize(("text", "plain"), [("Açaí na Tigela", "acai na tigela"), ("PÃO", "pao"), ("", "")])
def test_folding_takes_away_case_and_accents(text, plain):
    assert folded(text) == plain


def test_a_search_looks_through_name_and_description():
    product = a_product(name="Açaí", description="Com granola")
    assert "acai" in product.searchable()
    assert "granola" in product.searchable()


def test_a_retired_product_is_off_the_menu_and_otherwise_what_it_was():
    product = a_product()
    assert product.retired() == replace(product, active=False)
