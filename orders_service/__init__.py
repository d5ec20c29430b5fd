"""The restaurant: catalogue, stock, orders and the kitchen."""
