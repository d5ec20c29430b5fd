"""Money is a whole number of centavos of real, everywhere inside."""

CURRENCY = "BRL"
LARGEST_TOTAL = 999_999_900
"""Centavos: the most that the payment provider takes in one payment is 9,999,999.00."""
