"""Mercado Pago's Payments API, emulated: what the provider does with Pix, and what goes wrong around it."""
