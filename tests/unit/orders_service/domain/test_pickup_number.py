import random

from orders_service.domain.pickup_number import LETTERS, TRIES_PER_LENGTH, pickup_numbers


def test_is_a_letter_and_two_digits_while_those_suffice():
    numbers = list(pickup_numbers(random.Random(1).randrange))
    for number in numbers[:TRIES_PER_LENGTH]:
        assert number[0] in LETTERS
        assert 10 <= int(number[1:]) <= 99


def test_grows_where_the_short_ones_are_taken():
    numbers = list(pickup_numbers(random.Random(1).randrange))
    assert [len(number) - 1 for number in numbers[::TRIES_PER_LENGTH]] == [2, 3, 4, 5, 6]


def test_reaches_every_letter_and_both_ends():
    assert next(pickup_numbers(lambda _limit: 0)) == "A10"
    assert next(pickup_numbers(lambda limit: limit - 1)) == "Y99"


def test_leaves_out_letters_that_sound_alike():
    assert not set(LETTERS) & set("BCDEGPQTVZKNSIOU")
