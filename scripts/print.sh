#!/usr/bin/env bash
# The program that prints documents, crates/print: a workspace of its own, which everyday builds leave out. What was compiled is kept in
# the target folder under print/: some ten minutes the first time, seconds after that.
#   scripts/print.sh build    target/print/release/zaichang-print
#   scripts/print.sh test     its tests, by the program that ships
#   scripts/print.sh lint     clippy, on the same compiled dependencies
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")/print
export CARGO_TARGET_DIR=$target CARGO_INCREMENTAL=0
if [[ ! -d $target ]]; then
    printf '正在编译单据打印程序（首次约需十分钟）/ compiling the printing program (some ten minutes the first time)\n' >&2
fi

case ${1:-} in
build) cargo build --manifest-path crates/print/Cargo.toml --release --locked ;;
test) cargo test --manifest-path crates/print/Cargo.toml --release --locked ;;
lint)
    # As `cargo clippy` does, but with `cargo build`: `cargo check` would compile Typst a second time.
    RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS=-Dwarnings__CLIPPY_HACKERY__ \
        cargo build --manifest-path crates/print/Cargo.toml --release --locked --all-targets
    ;;
*)
    printf '用法 / Usage: scripts/print.sh build|test|lint\n' >&2
    exit 2
    ;;
esac
