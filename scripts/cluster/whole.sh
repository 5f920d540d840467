# The whole: what has to be installed, the order of starting and stopping, and what is told of it. Sourced by cluster.sh.
# shellcheck shell=bash disable=SC2154 # dir, bin and all are set in cluster.sh

needs() {
    local program lacking=()
    for program in redis-server:redis-server redis-cli:redis-tools nginx:nginx curl:curl psql:postgresql-client setpriv:util-linux pgrep:procps; do
        command -v "${program%:*}" >/dev/null || lacking+=("${program#*:}")
    done
    [[ -n $(pg_bin) ]] || lacking+=(postgresql)
    ! command -v nginx >/dev/null || [[ -n $(nginx_module) ]] || nginx -V 2>&1 | grep -q -- '--with-stream ' || lacking+=(libnginx-mod-stream)
    ((${#lacking[@]} == 0)) || stop_with '请先安装 / please install first:' "  apt-get install --no-install-recommends ${lacking[*]}"
    [[ -x $bin ]] || stop_with "没有 $bin：请先运行 cargo build --release，或设置 ZAICHANG_BIN" \
        "there is no $bin: run cargo build --release first, or set ZAICHANG_BIN"
}

start_part() {
    alive "$1" && return 0
    case $1 in
    pg?)
        [[ $1 != "$(cat "$dir/fenced" 2>/dev/null)" ]] ||
            stop_with "$1 是被隔离的旧主库，请用 rejoin 让它作为备库回来" "$1 is a fenced primary: bring it back with: $0 rejoin"
        start_postgres "$1"
        ;;
    gate) start_gate ;;
    redis?) start_redis "$1" ;;
    node?) start_node "$1" ;;
    nginx) start_nginx ;;
    esac
}

start_all() {
    local each
    needs
    mkdir -p "$dir"/{pids,log,secrets}
    chmod 700 "$dir/secrets"
    for each in postgres standby zaichang; do
        [[ -s $dir/secrets/$each ]] || (umask 077 && secret >"$dir/secrets/$each")
    done
    [[ -s $dir/secrets/master_keys ]] || (umask 077 && ZAICHANG_DATA_DIR="$dir" "$bin" key make >"$dir/secrets/master_keys")
    [[ -d $dir/pg1 ]] || make_primary
    [[ -s $dir/primary.conf ]] || point_gate "$(primary)"
    start_part "$(primary)"
    if [[ ! -d $dir/pg2 ]]; then
        prepare_database
        make_standby pg2
    fi
    if [[ ! -s $dir/fenced ]]; then
        start_part "$(other "$(primary)")"
        wait_for 'the standby follows' 60 follows "$(primary)"
    fi
    start_part gate
    for each in 1 2 3 4 5 6; do start_part "redis$each"; done
    join_redis
    # The first brings the schema up to date, the others find it so.
    for each in node1 node2 node3 nginx; do start_part "$each"; done
}

stop_all() {
    local each
    for each in nginx node1 node2 node3 gate redis1 redis2 redis3 redis4 redis5 redis6; do end_part "$each"; done
    # The primary first: it waits until the standby has all it wrote.
    end_part "$(primary)"
    end_part "$(other "$(primary)")"
}

status() {
    local each word
    for each in "${all[@]}"; do
        word=
        [[ $each != pg? ]] || word=$([[ $each == "$(primary)" ]] && echo 主库 primary || echo 备库 standby)
        [[ $each != "$(cat "$dir/fenced" 2>/dev/null)" ]] || word='已隔离 fenced'
        printf '%-7s 127.0.0.1:%-6s %-22s %s\n' "$each" "$(port "$each")" \
            "$(alive "$each" && echo "运行中 running $(pid_of "$each")" || echo '未运行 not running')" "$word"
    done
}

where() {
    say '' '  在场集群已就绪 · the cluster is ready' '' \
        "  入口 entrance     http://127.0.0.1:$(port nginx)/   (nginx → node1 node2 node3)" \
        "  节点 nodes        127.0.0.1:$(port node1) $(port node2) $(port node3)   指标 metrics $(port metrics1) $(port metrics2) $(port metrics3)" \
        "  数据库 Postgres   127.0.0.1:$(port pg1) $(port pg2), $(primary) is primary; nodes use the gate 127.0.0.1:$(port gate)" \
        "  Redis Cluster     127.0.0.1:$(port redis1)-$(port redis6)" \
        "  数据与日志 data   $dir   (secrets/ 仅自己可读 · for you alone)" '' \
        "  演示数据 demo data   scripts/cluster.sh demo 200" \
        "  试试看 try           scripts/cluster.sh kill node1 · kill postgres · promote · rejoin · status" '' \
        '  Ctrl-C 停止全部 · stops all of it' ''
}

run() {
    trap stop_all EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    start_all
    where
    # Said at once when it happens, and not repaired: this is for trying what happens.
    while :; do
        sleep 3600 &
        wait $! || true
    done
}
