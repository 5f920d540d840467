#!/usr/bin/env bash
# Installs what this machine lacks, with apt, as root or through sudo; otherwise prints the command and stops.
#   scripts/install.sh build   a C compiler and make, for cargo and for the verbs
#   scripts/install.sh run     PostgreSQL, Redis and Node.js as well
#   scripts/install.sh check   shellcheck, nginx and promtool as well
#   scripts/install.sh test    Chromium, zbar, ClamAV, poppler and the fonts of documents instead of these
# What is there is left alone: no database cluster is made, no service is started, none is stopped.
set -euo pipefail

readonly self=${BASH_SOURCE[0]}
here=$(cd "$(dirname "$self")" && pwd)
readonly here
readonly own_node=$here/node/node_modules/.bin
export PATH="$own_node:$PATH"

say() { printf '%s\n' "$@" >&2; }

stop() {
    say "$@"
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

have_postgres() {
    local program
    for program in /usr/lib/postgresql/*/bin/postgres; do
        # /usr/lib/postgresql/15/bin/postgres
        [[ -x $program && $(cut -d/ -f5 <<<"$program") -ge 15 ]] && return
    done
    have initdb && have postgres && [[ $(postgres -V) =~ \)\ ([0-9]+) && ${BASH_REMATCH[1]} -ge 15 ]]
}

# What the pages' build tools ask for; Debian 12 itself has Node.js 18.
have_node() {
    have node && have npm && node -e '
        const [major, minor] = process.versions.node.split(".").map(Number);
        process.exit((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22 ? 0 : 1)'
}

readonly fonts=/usr/share/fonts

lacking_packages() {
    have cc || echo gcc libc6-dev
    have make || echo make
    [[ $1 != build ]] || return 0
    have_postgres || echo postgresql
    have redis-server || echo redis-server
    have_node || have npm || echo nodejs npm
    if [[ $1 == check ]]; then
        have shellcheck || echo shellcheck
        have nginx || echo nginx-light
        have promtool || echo prometheus
    fi
    [[ $1 == test ]] || return 0
    [[ -n ${CHROMIUM:-} ]] || have chromium-headless-shell || echo chromium-headless-shell
    have zbarimg || echo zbar-tools
    have clamd || [[ -x /usr/sbin/clamd ]] || echo clamav-daemon
    have pdftotext || echo poppler-utils
    # Those that documents are set in.
    [[ -f $fonts/opentype/noto/NotoSerifCJK-Regular.ttc ]] || echo fonts-noto-cjk
    [[ -f $fonts/truetype/hanazono/HanaMinB.ttf ]] || echo fonts-hanazono
}

as_root() {
    if [[ $(id -u) == 0 ]]; then
        "$@"
    elif have sudo && { [[ -t 0 ]] || sudo -n true 2>/dev/null; }; then
        sudo "$@"
    else
        stop "缺少以下软件包，请以 root 身份运行这条命令，然后重试：" \
            "These packages are missing. Run this command as root, then try again:" \
            "  apt-get install --no-install-recommends ${*:3}"
    fi
}

# From here on as root. -----------------------------------------------------------------------------------------------

# A package may start its service, and Debian's postgresql makes a cluster: not while we install.
keep_services_quiet() {
    local clusters=/etc/postgresql-common/createcluster.d policy=/usr/sbin/policy-rc.d
    undo=()
    mkdir -p "$clusters"
    echo 'create_main_cluster = false' >"$clusters/zaichang.conf"
    undo+=("$clusters/zaichang.conf")
    if [[ ! -e $policy ]]; then
        printf '%s\n' '#!/bin/sh' 'case "$*" in *postgresql*|*redis*|*nginx*|*prometheus*|*clamav*) exit 101;; esac' >"$policy"
        chmod 755 "$policy"
        undo+=("$policy")
    fi
    trap 'rm -f "${undo[@]}"' EXIT
}

apt_get() {
    DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=900 -o Dpkg::Use-Pty=0 \
        -o Dpkg::Options::=--force-confold "$@" 9>&-
}

install_packages() {
    local lock=/run/lock/zaichang-install.lock log
    mkdir -p "${lock%/*}"
    exec 9>"$lock"
    flock --wait 1800 9
    keep_services_quiet
    say "正在安装 / Installing: $*"
    log=$(mktemp)
    if ! apt_get --simulate install --no-install-recommends "$@" >/dev/null 2>&1; then
        apt_get update >"$log" 2>&1 || say "$(<"$log")"
    fi
    # Lists that are old name packages that are gone.
    if ! apt_get install --no-install-recommends "$@" >"$log" 2>&1; then
        { apt_get update && apt_get install --no-install-recommends "$@"; } >"$log" 2>&1 ||
            stop "$(<"$log")" "安装失败，详情见上。" "The packages could not be installed: see above."
    fi
    rm -f "$log"
    # What we need is the program, not the machine's own server at the next start of the machine.
    local service package
    for service in redis-server nginx prometheus clamav; do
        for package in "$@"; do
            if [[ $package == "$service"* ]]; then update-rc.d "$service" disable >/dev/null 2>&1 || true; fi
        done
    done
}

main() {
    local set=${1:-} packages missing
    case $set in
    build | run | check | test) ;;
    packages)
        install_packages "${@:2}"
        return
        ;;
    *) stop "用法 / Usage: scripts/install.sh build|run|check|test" ;;
    esac
    read -ra packages <<<"$(lacking_packages "$set" | tr '\n' ' ')"
    if ((${#packages[@]})); then
        have apt-get || stop "请安装 / Please install: ${packages[*]}"
        as_root "$self" packages "${packages[@]}"
    fi
    if [[ $set != build ]] && ! have_node; then
        say "本机的 Node.js 太旧，正在为本项目安装一份 / Node.js is too old here; installing one for this project"
        (cd "$here/node" && npm ci --silent && cd node_modules/.bin && ln -sf ../node-linux-*/bin/node .)
        hash -r
        have_node || stop "请安装 Node.js 22 / Please install Node.js 22"
    fi
    have cargo || stop "请先安装 Rust：https://rustup.rs" "Please install Rust first: https://rustup.rs"
    missing=$(lacking_packages "$set")
    [[ -z $missing ]] || stop "仍然缺少 / Still missing: $missing"
}

main "$@"
