#!/bin/sh
# Writes what depends on more than the value of a setting, beside the templates that were filled in:
# whom to ask for names, which proxies in front are believed, and whether there is a certificate.
set -eu

folder="$NGINX_ENVSUBST_OUTPUT_DIR/gateway"

fail() {
    echo "gateway: $*" >&2
    exit 1
}

name_servers() {
    awk '$1 == "nameserver" && $2 !~ /%/ { print ($2 ~ /:/) ? "[" $2 "]" : $2 }' /etc/resolv.conf | tr '\n' ' '
}

resolvers=${RESOLVERS:-${NGINX_LOCAL_RESOLVERS:-$(name_servers)}}
[ -n "$resolvers" ] || fail "RESOLVERS is empty, and /etc/resolv.conf names nobody"
cat >"$folder/resolver.conf" <<END
resolver $resolvers valid=${RESOLVER_SECONDS}s ipv6=$RESOLVER_IPV6;
resolver_timeout 2s;
END

: >"$folder/front_proxies.conf"
: >"$folder/front_proxies_geo.conf"
for network in $(echo "$FRONT_PROXIES" | tr ',' ' '); do
    echo "set_real_ip_from $network;" >>"$folder/front_proxies.conf"
    echo "$network 1;" >>"$folder/front_proxies_geo.conf"
done

case "${TLS_CERTIFICATE:+certificate}${TLS_KEY:+key}" in
    "") servers=plain ;;
    certificatekey) servers=tls ;;
    *) fail "TLS_CERTIFICATE and TLS_KEY go together" ;;
esac
if [ "$servers" = tls ]; then
    for file in "$TLS_CERTIFICATE" "$TLS_KEY"; do
        [ -r "$file" ] || fail "$file cannot be read"
    done
fi
echo "include $servers.conf;" >"$folder/servers.conf"
