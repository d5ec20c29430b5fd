#!/bin/sh
# Two databases, each of a user of its own who cannot connect to any other. Run once, by the image, when the
# volume is empty. A password that is changed later is changed with ALTER ROLE: see docs/containers.md.
set -eu

psql --set=ON_ERROR_STOP=1 --quiet --username="${POSTGRES_USER:-postgres}" --dbname=postgres \
    --set=orders="$ORDERS_DATABASE_PASSWORD" --set=payments="$PAYMENTS_DATABASE_PASSWORD" <<'SQL'
CREATE ROLE orders_service LOGIN PASSWORD :'orders';
CREATE ROLE payment_service LOGIN PASSWORD :'payments';
CREATE DATABASE orders OWNER orders_service;
CREATE DATABASE payments OWNER payment_service;
REVOKE ALL ON DATABASE orders, payments, postgres, template1 FROM PUBLIC;
SQL
