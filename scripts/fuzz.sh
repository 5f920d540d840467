#!/usr/bin/env bash
# Fuzzes what strangers can send: codes, passes, receipts, frames, bodies; and the whole API by its document. Called by
# `make fuzz`.
#   make fuzz                 every target, 60 seconds each
#   make fuzz seconds=10      shorter
#   make fuzz only="code pass"
#   make fuzz only=api        the API alone (scripts/fuzz-api.sh)
# A crash ends it with an error; the input is kept in fuzz/artifacts/<target>. To see it again:
#   make fuzz only=code replay=fuzz/artifacts/code/crash-…
# libFuzzer's coverage is made by options that the stable compiler has: no nightly, no cargo-fuzz.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly seconds=${seconds:-60} replay=${replay:-}
read -ra wanted <<<"${only:-code pass receipt frame body api}"
targets=() api=
for one in "${wanted[@]}"; do
    if [[ $one == api ]]; then api=1; else targets+=("$one"); fi
done
readonly host=x86_64-unknown-linux-gnu

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

[[ $seconds =~ ^[1-9][0-9]*$ ]] || fail "seconds 应为正整数：$seconds / seconds is a whole number above zero: $seconds"
if [[ -n $api ]]; then
    printf '\n==== api\n'
    seconds=$seconds scripts/fuzz-api.sh || fail '接口与其文档不符，见上 / the API is not what its document says, see above'
    ((${#targets[@]})) || exit 0
fi
for target in "${targets[@]}"; do
    [[ -f fuzz/fuzz_targets/$target.rs ]] ||
        fail "没有名为 $target 的目标 / there is no target $target: choose from $(basename -s .rs -a fuzz/fuzz_targets/*.rs | xargs)"
done
[[ $(rustc -vV | sed -n 's/^host: //p') == "$host" ]] ||
    fail '模糊测试目前仅支持 x86_64 Linux / fuzzing runs on x86_64 Linux only, so far'
command -v c++ >/dev/null 2>&1 || fail '缺少 C++ 编译器，请运行 apt-get install g++ / libFuzzer needs a C++ compiler: run apt-get install g++'

# What is fuzzed is what ships: the same versions of every dependency.
cp Cargo.lock fuzz/Cargo.lock
built=$(realpath -m "${CARGO_TARGET_DIR:-target}")/fuzz
# With a target named, these reach neither build scripts nor macros.
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Cforce-frame-pointers ${RUSTFLAGS:-}"
export SQLX_OFFLINE=true CARGO_TARGET_DIR=$built
printf '正在编译（首次需几分钟）/ building (a few minutes the first time)\n'
(cd fuzz && cargo build --release --quiet --target "$host" "${targets[@]/#/--bin=}")

crashed=()
for target in "${targets[@]}"; do
    printf '\n==== %s\n' "$target"
    program=$built/$host/release/$target
    corpus=fuzz/corpus/$target artifacts=fuzz/artifacts/$target
    mkdir -p "$corpus" "$artifacts"
    if [[ -n $replay ]]; then
        "$program" "$replay" || crashed+=("$target")
        continue
    fi
    # Seeds are written by the target itself, before it reads them; what it learns stays in the corpus.
    FUZZ_SEEDS=$corpus "$program" "$corpus" -max_total_time="$seconds" -max_len=2048 -timeout=5 -rss_limit_mb=2048 \
        -artifact_prefix="$artifacts/" -print_final_stats=1 2>&1 |
        grep -vE '^(#[0-9]+|INFO:|WARNING: Failed to find|\s+NEW_FUNC|###|".*" # Uses)' || crashed+=("$target")
done

if ((${#crashed[@]})); then
    printf '\n' >&2
    fail "发现问题：${crashed[*]}；触发它的输入在 fuzz/artifacts / found something in: ${crashed[*]}; the inputs are in fuzz/artifacts"
fi
printf '\n未发现问题 / nothing was found\n'
