#!/usr/bin/env bash
# Asks a server of its own what openapi.json promises, and what it does not: schemathesis with all its checks, as an admin
# of a unit and of an authority, and as somebody on a phone, for so many seconds each. Called by `make fuzz` (only=api for this alone).
# schemathesis goes to target/tools, once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly seconds=${seconds:-60} schemathesis_version=4.32.5
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
tools=$target/tools/schemathesis

if [[ ! -x $tools/bin/schemathesis ]]; then
    python3 -m venv "$tools" >/dev/null 2>&1 || {
        rm -rf "$tools"
        echo '缺少 python3-venv，请运行 apt-get install python3-venv / schemathesis needs python3-venv: apt-get install python3-venv' >&2
        exit 1
    }
    "$tools/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$schemathesis_version"
fi

program=${ZAICHANG_BIN:-}
if [[ -z $program ]]; then
    make -j2 --output-sync=target pages
    cargo build --locked
    program=$target/debug/zaichang
fi

# No setting of the server's.
unset ZAICHANG_BIN
# A server of its own, on a free port, with its stores in a folder that goes with it.
data=$(mktemp -d)
export ZAICHANG_DATA_DIR=$data ZAICHANG_LISTEN=127.0.0.1:0 ZAICHANG_METRICS_LISTEN=off ZAICHANG_LOG=warn
"$program" serve >"$data/log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true; wait $server 2>/dev/null || true; rm -rf "$data"' EXIT
until [[ -f $data/running.json ]]; do
    kill -0 $server 2>/dev/null || { cat "$data/log" >&2; exit 1; }
    sleep 0.2
done
# The sessions are read by their names below.
# shellcheck disable=SC2034
read -r base unit_admin authority_admin person < <("$program" demo --people 20 --json | python3 -c '
import json, sys
demo = json.load(sys.stdin)
print(json.load(open(sys.argv[1]))["base_url"], demo["unit_admin"]["session"],
    demo["authority_admin"]["session"], demo["people"][0]["session"])' "$data/running.json")

# Logging out is left alone: whatever comes after it would only be sent away.
found=0
for who in unit_admin authority_admin person; do
    printf '\n==== %s\n' "$who"
    "$tools/bin/schemathesis" --config-file scripts/schemathesis.toml run openapi.json --url "$base" \
        --header "Authorization: Bearer ${!who}" --max-time "$seconds" --generation-database none \
        --exclude-path-regex 'sessions/current$' "$@" || found=1
done
exit $found
