"""Charges, payments and refunds, and everything that is said to the payment provider."""
