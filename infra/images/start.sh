#!/bin/sh
# What a container of a service runs, by its first word: web, worker, live; anything else is a command of the
# service's own, such as `migrate`. SERVICE, which the image sets, is the service's package.
set -eu

if [ $# -eq 0 ]; then
    set -- web
fi
case $1 in
    web)
        # Several processes behind one port count together in a folder; each container has its own.
        if [ "${WEB_CONCURRENCY:-1}" -gt 1 ]; then
            export PROMETHEUS_MULTIPROC_DIR="${PROMETHEUS_MULTIPROC_DIR:-/tmp/metrics}"
        fi
        exec python -m gunicorn -c python:servicekit.http.gunicorn_conf "$SERVICE.wsgi:application"
        ;;
    worker | live)
        exec python -m "$SERVICE.$1"
        ;;
    *)
        exec python -m "$SERVICE" "$@"
        ;;
esac
