# The nodes: their settings, as deploy/zaichang.env gives them, their start, and the demo data. Sourced by cluster.sh.
# shellcheck shell=bash disable=SC2154 # dir, root and bin are set in cluster.sh

# node_env <node>: a node's settings, as deploy/zaichang.env gives them.
node_env() {
    cat <<ENV
ZAICHANG_LISTEN=127.0.0.1:$(port "$1")
ZAICHANG_METRICS_LISTEN=127.0.0.1:$(port "metrics${1#node}")
ZAICHANG_PUBLIC_URL=http://127.0.0.1:$(port nginx)
ZAICHANG_TRUSTED_PROXIES=127.0.0.1
ZAICHANG_DATA_DIR=$dir/$1
ZAICHANG_DATABASE_URL=postgres://zaichang:$(<"$dir/secrets/zaichang")@127.0.0.1:$(port gate)/zaichang
ZAICHANG_REDIS_URL=${ZAICHANG_CLUSTER_REDIS_URL:-$(redis_urls)}
ZAICHANG_MASTER_KEYS=$(<"$dir/secrets/master_keys")
ZAICHANG_LOG_FORMAT=text
ENV
}

ready() { [[ $(curl -s -o /dev/null -m 2 -w '%{http_code}' "http://127.0.0.1:$(port "$1")/readyz") == 200 ]]; }

start_node() {
    local settings
    mapfile -t settings < <(node_env "$1")
    mkdir -p "$dir/$1"
    launch "$1" env "${settings[@]}" "${NODE_PRELOAD:-LC_ALL=C.UTF-8}" "$bin" --settings "$root/deploy/zaichang.toml" serve
    wait_for "$1 is ready" 60 ready "$1"
}

demo() {
    local settings
    mapfile -t settings < <(node_env node1)
    (umask 077 && env "${settings[@]}" ZAICHANG_LOG=warn "$bin" --settings "$root/deploy/zaichang.toml" demo --people "${1:-200}" --json >"$dir/demo.json")
    say "$dir/demo.json"
}
