#!/bin/sh
# RabbitMQ with a user for each service and no other: not even guest, since a broker that loads definitions makes
# none. They are loaded at each start, so a password that has changed counts from then on.
#
# Both services declare all of the topology, so that nothing is unroutable whoever comes first; hence both may
# configure, write and read what is named comanda.*, and nothing else. What each may say is narrower: only its own
# events. So orders_service cannot make anybody believe that an order was paid.
set -eu

fit_for_a_url() {
    case $2 in
        '' | *[!A-Za-z0-9._~-]*)
            echo "$1 has to be of letters, digits and . _ ~ - alone." >&2
            exit 1
            ;;
    esac
}
fit_for_a_url ORDERS_BROKER_PASSWORD "$ORDERS_BROKER_PASSWORD"
fit_for_a_url PAYMENTS_BROKER_PASSWORD "$PAYMENTS_BROKER_PASSWORD"

ours='^comanda\\.(events(\\.dead)?|orders|payment)$'
umask 077
cat >"${TMPDIR:-/tmp}/definitions.json" <<EOF_DEFINITIONS
{
  "vhosts": [{"name": "/"}],
  "users": [
    {"name": "orders_service", "password": "$ORDERS_BROKER_PASSWORD", "tags": []},
    {"name": "payment_service", "password": "$PAYMENTS_BROKER_PASSWORD", "tags": []}
  ],
  "permissions": [
    {"user": "orders_service", "vhost": "/", "configure": "$ours", "write": "$ours", "read": "$ours"},
    {"user": "payment_service", "vhost": "/", "configure": "$ours", "write": "$ours", "read": "$ours"}
  ],
  "topic_permissions": [
    {"user": "orders_service", "vhost": "/", "exchange": "comanda.events", "write": "^order\\\\.", "read": ".*"},
    {"user": "payment_service", "vhost": "/", "exchange": "comanda.events", "write": "^payment\\\\.", "read": ".*"}
  ]
}
EOF_DEFINITIONS
unset ORDERS_BROKER_PASSWORD PAYMENTS_BROKER_PASSWORD
# Erlang keeps a table with a place for each file that it may open, and some nodes allow a thousand million.
ulimit -n 16384 2>/dev/null || true
exec docker-entrypoint.sh "$@"
