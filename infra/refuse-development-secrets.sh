#!/bin/sh
# Runs the command that follows; but in production not with a secret that anybody can read in the repository.
# The services look at their own settings; this is for what stands beside them and knows no ENVIRONMENT.
set -eu

if [ "${ENVIRONMENT:-}" = production ]; then
    unfit=$(env | sed -n 's/^\([A-Z_]*\)=.*only-for-development.*/ \1/p' | sort | tr -d '\n')
    if [ -n "$unfit" ]; then
        echo "Production refuses what is only for development:$unfit" >&2
        exit 1
    fi
fi
exec "$@"
