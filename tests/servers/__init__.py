"""PostgreSQL, RabbitMQ and Redis for the tests alone: on free ports, in a temporary folder, gone afterwards.

Servers that run on the machine already are never touched.
"""
