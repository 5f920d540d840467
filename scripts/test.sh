#!/usr/bin/env bash
# Every test: the pages' (vitest), the Rust ones (with their own Postgres and Redis), the browsers', the upgrade. The pages' run while the
# Rust ones are compiled; those that need stores, browsers and short deadlines have the machine to themselves. Stops at the first that
# fails, and ends with what each runner said last. Called by `make test`; leaves no server behind. Without the commit of the release
# before it fails at once; `make test without=upgrade` leaves the upgrade out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
# How long each part took, run after run: when, commit, part, seconds. Not in the target folder, which is deleted when it is large.
times=${XDG_CACHE_HOME:-$HOME/.cache}/zaichang/test-times.tsv
mkdir -p "$target" "${times%/*}"
# This project's own Node.js, where scripts/install.sh had to install one.
export PATH="$PWD/scripts/node/node_modules/.bin:$PATH"

# What is left out on purpose.
without=${without:-}
if [[ -n $without && $without != upgrade ]]; then
    printf '只能略去 upgrade：without=%s\nupgrade alone can be left out: without=%s\n' "$without" "$without" >&2
    exit 2
fi
# Asked before a quarter of an hour is spent on the rest.
if [[ -z $without ]] && ! scripts/previous-release.sh obtain; then
    printf '%s\n' '没有上一版本就不能测试升级；确实不测升级时，用 make test without=upgrade' \
        'the upgrade cannot be tested without the release before; to leave it out on purpose: make test without=upgrade' >&2
    exit 3
fi

# What tests write is thrown away: in memory where there is plenty, so that a busy disk does not slow tests down that make a database for
# each. Postgres flushes as ever; losing power is played by the faults, on folders of their own.
in_memory=
free_mb() { df --output=avail -m "$1" 2>/dev/null | tail -n 1; }
if [[ -z ${TMPDIR:-} && -w /dev/shm ]] && (($(free_mb /dev/shm) > 6000)) &&
    (($(awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo) > 12000)); then
    in_memory=$(mktemp -d /dev/shm/zaichang-tests.XXXXXX)
    # Postgres runs as a user of its own where root runs the tests.
    chmod 755 "$in_memory"
    export TMPDIR=$in_memory
fi

logs=$(mktemp -d)
runners=()
failed=

# Of the runners that run beside others: the process, by name.
declare -A besides=()

# Runs a command, keeps what it says for the summary, and how long it took.
timed() {
    local name=$1 began=$SECONDS
    shift
    "$@" || return
    printf '%s s\n' "$((SECONDS - began))" >"$logs/${name//\//-}.seconds"
    printf '%s\t%s\t%s\t%s\n' "$(date -u +%FT%TZ)" "$(git rev-parse --short HEAD 2>/dev/null || echo -)" "$name" "$((SECONDS - began))" >>"$times"
}

# Runs a command, and shows what it says.
runner() {
    local name=$1
    printf '\n==== %s\n' "$name"
    runners+=("$name")
    failed=$name
    timed "$@" 2>&1 | tee "$logs/${name//\//-}"
    failed=
}

# Starts a command beside the next runners; `together` shows what it has said.
beside() {
    local name=$1
    printf '\n==== %s …\n' "$name"
    runners+=("$name")
    # In a process group of its own: all that it has started can be ended.
    set -m
    timed "$@" >"$logs/${name//\//-}" 2>&1 &
    besides[$name]=$!
    set +m
}

# Waits for those that run beside.
together() {
    local name
    for name in "${!besides[@]}"; do
        failed=$name
        wait "${besides[$name]}" || { unset "besides[$name]"; return 1; }
        unset "besides[$name]"
        printf '\n==== %s\n' "$name"
        cat "$logs/${name//\//-}"
        failed=
    done
}

plain() { sed 's/\x1b\[[0-9;]*m//g' "$1"; }

# The closing lines of vitest, cargo test, node --test and the upgrade, and a page's size.
closing_lines() {
    plain "$1" |
        grep -E '^test result: |^ +(Test Files|Tests|Duration) |^ *[0-9]+ (passed|failed|flaky|skipped)|^(passed|BROKEN) |^(ℹ|#) (tests|pass|fail|duration_ms) | in all\b' |
        grep -v '^test result: ok. 0 passed; 0 failed; 0 ignored' || true
}

summary() {
    local status=$? name
    for name in "${!besides[@]}"; do
        kill -TERM -- "-${besides[$name]}" || true
        wait "${besides[$name]}" || true
    done
    printf '\n==== 小结 / summary\n'
    for name in "${runners[@]}"; do
        printf -- '-- %s %s\n' "$name" "$(cat "$logs/${name//\//-}.seconds" 2>/dev/null)"
        closing_lines "$logs/${name//\//-}"
    done
    if [[ -n $without ]]; then printf -- '-- %s 未运行 / not run\n' "$without"; fi
    if [[ -n $failed ]]; then
        # All three end with what failed, and why.
        plain "$logs/${failed//\//-}" | grep -v '^ *$' | tail -n 30 || true
        printf '未通过 / failed: %s\n' "$failed"
    fi
    rm -rf "$logs" ${in_memory:+"$in_memory"}
    printf '%s s\n' "$SECONDS"
    exit "$status"
}
trap summary EXIT

scripts/install.sh test

printf '\n==== 网页 / pages\n'
cargo fetch --locked --quiet &
fetch=$!
make -j2 --output-sync=target pages
wait "$fetch"

runner pages/size npm run size
# Before the others: some ten minutes the first time, and tests ask for what it builds.
runner print scripts/print.sh test
scripts/print.sh build
# With the spans, which a product need not have: what compiles with them compiles without (make check).
rust=(cargo test --workspace --locked --features zaichang/traces)
beside rust/build "${rust[@]}" --no-run
runner pages npm test
together
# Twice as many as there are processors: a test waits a good part of its time for what it has started.
RUST_TEST_THREADS=${RUST_TEST_THREADS:-$((2 * $(nproc)))} runner rust "${rust[@]}"
# The binary that `cargo test` has built: `cargo build` would compile the dependencies again, with fewer features.
ZAICHANG_BIN=$target/debug/zaichang runner tests/e2e npm test --workspace @zaichang/e2e
ZAICHANG_BIN=$target/debug/zaichang runner mobile-bridge/server npm run test:server --workspace @zaichang/miniprogram

if [[ -z $without ]]; then
    printf '\n==== 上一版本 / the release before\n'
    scripts/previous-release.sh >/dev/null
    runner upgrade make upgrade
fi
