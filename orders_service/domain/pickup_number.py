"""Pickup numbers: what the counter calls out, such as A47."""

from collections.abc import Callable, Iterator

LETTERS = "AFHJLMRWXY"
"""Letters whose Portuguese names are not taken for one another when called across a room.

Left out are the many that end in -ê (B, C, D, E, G, P, Q, T, V, Z), K beside A, N beside M, S beside F,
and those that look or sound like digits (I, O, U).
"""
TRIES_PER_LENGTH = 6
LENGTHS = (2, 3, 4, 5, 6)

Below = Callable[[int], int]
"""Draws a whole number from 0 up to, and without, the one given."""


def pickup_numbers(below: Below) -> Iterator[str]:
    """Numbers to try: two digits first, longer where those run short. Drawn, so that no counter is locked."""
    for length in LENGTHS:
        for _ in range(TRIES_PER_LENGTH):
            smallest = 10 ** (length - 1)  # no leading zero: "zero sete" and "sete" are called alike
            yield f"{LETTERS[below(len(LETTERS))]}{smallest + below(9 * smallest)}"
