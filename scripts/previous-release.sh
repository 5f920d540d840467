#!/usr/bin/env bash
# Builds the release before this one, which scripts/previous-release names by its commit, and prints where its program lies.
# Once: it is kept in the target folder, which for CI lies outside the clone, and shares with us the dependencies that are
# compiled there. With `obtain` it only sees to it that it can be built, and prints nothing. Ends with 3 where its commit cannot be had.
# Called by `make upgrade` and `make test`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

commit=$(<scripts/previous-release)
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
folder=$target/previous/$commit
program=$folder/zaichang

is_here() { git cat-file -e "$commit^{commit}" 2>/dev/null; }

# A shallow clone has not got it, but whence it comes has: that one commit is asked for, with its files and without its history.
obtain() {
    is_here && return
    git fetch --quiet --depth 1 origin "$commit" 2>/dev/null || true
    is_here && return
    printf '%s\n' "缺少上一版本 $commit：它不在此克隆中，也未能由 origin 取得；请用 git fetch --unshallow 取得全部历史" \
        "the release before, $commit, is not in this clone and origin does not give it: git fetch --unshallow brings the whole history" >&2
    exit 3
}

build() {
    obtain
    rm -rf "$target/previous"
    mkdir -p "$folder/source"
    # With the commit's own time on each file, so that nothing is built twice.
    git archive "$commit" | tar -x -C "$folder/source"
    cd "$folder/source"
    make -j2 --output-sync=target pages
    # As the tests are built, a bench beside it included: so the dependencies have the features with which they lie here already.
    CARGO_TARGET_DIR=$target SQLX_OFFLINE=true \
        cargo build --workspace --locked --features zaichang/traces --bin zaichang --bench code
    # A build of ours puts its own program in that place.
    cp "$target/debug/zaichang" "$program.new"
    mv "$program.new" "$program"
    rm -rf "$folder/source"
}

if [[ ${1:-} == obtain ]]; then
    if [[ ! -x $program ]]; then obtain; fi
    exit
fi
if [[ ! -x $program ]]; then (build) >&2; fi
printf '%s\n' "$program"
