#!/usr/bin/env bash
# Everything that can be said about the code without running it. Stops at the first thing that is wrong.
# Called by `make check`. Tools that the machine lacks go to target/tools, once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly deny_version=0.20.2 typos_version=1.52.0
tools=$(realpath -m "${CARGO_TARGET_DIR:-target}")/tools
# And this project's own Node.js, where scripts/install.sh had to install one.
export PATH="$tools/bin:$tools/python/bin:$PWD/scripts/node/node_modules/.bin:$PATH"

have() { command -v "$1" >/dev/null 2>&1; }

step() { printf '\n==== %s\n' "$*"; }

# A few minutes each, the first time; without optimisation: they are quick enough.
from_source() {
    printf '正在编译 %s（仅此一次，需几分钟）/ compiling %s (once, a few minutes)\n' "$1" "$1"
    CARGO_TARGET_DIR=$tools/build cargo install --locked --quiet --debug --root "$tools" "$1@$2"
    rm -rf "$tools/build"
}

if ! have cargo-deny; then from_source cargo-deny "$deny_version"; fi
if ! have typos; then
    if python3 -m venv "$tools/python" >/dev/null 2>&1; then
        "$tools/python/bin/pip" install --quiet --disable-pip-version-check "typos==$typos_version"
    else
        rm -rf "$tools/python"
        from_source typos-cli "$typos_version"
    fi
fi

step 拼写 / spelling
typos

scripts/install.sh check

step 文档 / documents
node scripts/documents.mjs
node scripts/words.mjs

step 脚本 / scripts
shellcheck -x -P . scripts/*.sh scripts/cluster/*.sh deploy/*.sh deploy/alerts/*.sh .ci/run

step 告警 / alerts
deploy/alerts/check.sh

step 代理 / proxy
deploy/check-nginx.sh

step 依赖 / dependencies
cargo deny --locked check --hide-inclusion-graph bans licenses sources
if cargo deny fetch db >/dev/null 2>&1; then
    cargo deny --locked check advisories
else
    echo '无法下载安全公告，已跳过 / the list of known weaknesses could not be fetched: skipped'
fi

# The printing program has a workspace of its own.
(
    cd crates/print
    cargo deny --locked check --hide-inclusion-graph bans licenses sources
    if cargo deny fetch db >/dev/null 2>&1; then cargo deny --locked check advisories; fi
)

step 网页 / pages
make modules
npm run check
node scripts/npm/licences.mjs
node scripts/npm/audit.mjs

step Rust
# Each file by its name: `cargo fmt` does not find modules that a macro declares.
git ls-files -z '*.rs' | xargs -0 rustfmt --check
make -j2 --output-sync=target pages
cargo clippy --workspace --all-targets --locked -- -D warnings
scripts/print.sh lint
