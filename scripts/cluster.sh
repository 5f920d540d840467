#!/usr/bin/env bash
# Several nodes on this machine, from the files in deploy/: three nodes behind nginx, a Redis Cluster of six, Postgres with
# a synchronous standby, and the gate through which the nodes reach whichever of the two is primary.
#   scripts/cluster.sh run              start, print where everything is, stop all of it at Ctrl-C (make cluster)
#   scripts/cluster.sh start [part…]    start all and wait until ready; or these parts
#   scripts/cluster.sh stop [part…]     stop in good order
#   scripts/cluster.sh kill part…       kill -9, with children
#   scripts/cluster.sh pause|resume part…   SIGSTOP, SIGCONT, with children
#   scripts/cluster.sh status           every part, and who is primary
#   scripts/cluster.sh demo N           demo data; what was made stands in demo.json
#   scripts/cluster.sh promote          fence the primary, promote the standby, move the gate
#   scripts/cluster.sh rejoin           make the old primary the new one's standby
# Parts: node1 node2 node3, redis1 … redis6, postgres (the primary), standby, gate, nginx.
# ZAICHANG_CLUSTER_DIR (./.data/cluster), ZAICHANG_CLUSTER_BASE (first of fifty ports, 17000), ZAICHANG_BIN (the server).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root
dir=$(realpath -m "${ZAICHANG_CLUSTER_DIR:-$root/.data/cluster}")
base=${ZAICHANG_CLUSTER_BASE:-17000}
bin=${ZAICHANG_BIN:-$(realpath -m "${CARGO_TARGET_DIR:-$root/target}")/release/zaichang}
# They are this script's, and no settings of a node's.
unset ZAICHANG_CLUSTER_DIR ZAICHANG_CLUSTER_BASE ZAICHANG_BIN
readonly all=(pg1 pg2 gate redis1 redis2 redis3 redis4 redis5 redis6 node1 node2 node3 nginx)

say() { printf '%s\n' "$@" >&2; }

stop_with() {
    say "$@"
    exit 1
}

# ---- where everything is ---------------------------------------------------------------------------------------------

port() {
    case $1 in
    nginx) echo "$base" ;;
    node?) echo $((base + ${1#node})) ;;
    metrics?) echo $((base + 10 + ${1#metrics})) ;;
    gate) echo $((base + 20)) ;;
    pg?) echo $((base + 20 + ${1#pg})) ;;
    redis?) echo $((base + 30 + ${1#redis})) ;;
    bus?) echo $((base + 40 + ${1#bus})) ;;
    esac
}

primary() { cat "$dir/primary" 2>/dev/null || echo pg1; }

other() { [[ $1 == pg1 ]] && echo pg2 || echo pg1; }

# The parts by the names that people use.
parts() {
    local name
    for name in "$@"; do
        case $name in
        postgres) primary ;;
        standby) other "$(primary)" ;;
        *)
            [[ " ${all[*]} " == *" $name "* ]] || stop_with "没有这个部分 / no such part: $name. Parts: postgres standby ${all[*]}"
            echo "$name"
            ;;
        esac
    done
}

# ---- processes: a part's pid and the time of its start, so that a number that went to another process is not taken for it ---

started_at() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

is_zombie() { [[ $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) == Z* ]]; }

pid_of() {
    local pid began
    read -r pid began 2>/dev/null <"$dir/pids/$1" || return 1
    [[ -n $began && $(started_at "$pid") == "$began" ]] && ! is_zombie "$pid" && echo "$pid"
}

alive() { pid_of "$1" >/dev/null; }

# In the background, in a session of its own, so that the terminal's Ctrl-C reaches only this script.
launch() {
    local part=$1 pid
    shift
    setsid "$@" >>"$dir/log/$part.log" 2>&1 </dev/null 8>&- &
    pid=$!
    # A process is nobody's until it has become its program; its start is known at once.
    printf '%s %s\n' "$pid" "$(started_at "$pid")" >"$dir/pids/$part"
    disown "$pid"
}

family() {
    local pid
    pid=$(pid_of "$1") || return 0
    # Children first known, then the parent: a postmaster's backends outlive it for a moment.
    pgrep -P "$pid" || true
    echo "$pid"
}

signal() {
    local pids
    mapfile -t pids < <(family "$2")
    ((${#pids[@]} == 0)) || kill "-$1" "${pids[@]}" 2>/dev/null || true
}

# wait_for <what, for people> <seconds> <command…>
wait_for() {
    local what=$1 deadline=$((SECONDS + $2))
    shift 2
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < deadline)) || stop_with "等待超时：$what，日志在 $dir/log" "not in time: $what. The logs are in $dir/log"
        sleep 0.05
    done
}

gone() { ! alive "$1"; }

quiet() {
    local pid
    for pid in "$@"; do [[ ! -d /proc/$pid ]] || return 1; done
}

end_part() {
    local part=$1 pid
    pid=$(pid_of "$part") || return 0
    case $part in
    pg?) kill -INT "$pid" ;;
    nginx | gate) kill -QUIT "$pid" ;;
    *) kill -TERM "$pid" ;;
    esac
    local deadline=$((SECONDS + 20))
    while alive "$part"; do
        if ((SECONDS >= deadline)); then
            signal KILL "$part"
            break
        fi
        sleep 0.05
    done
    rm -f "$dir/pids/$part"
}

kill_part() {
    local pids
    mapfile -t pids < <(family "$1")
    ((${#pids[@]})) || return 0
    # The parent first, so that it starts nothing in place of a child.
    kill -9 "${pids[-1]}" 2>/dev/null || true
    kill -9 "${pids[@]}" 2>/dev/null || true
    wait_for "$1 killed" 20 quiet "${pids[@]}"
}

# ---- Postgres -----------------------------------------------------------------------------------------------------------

pg_bin() {
    local program
    for program in /usr/lib/postgresql/*/bin/postgres; do
        [[ $(cut -d/ -f5 <<<"$program") -ge 15 ]] && dirname "$program"
    done | tail -1
}

# Runs a program of Postgres on a folder: as the user postgres when we are root, which then reaches the folder by a
# descriptor that root opened, wherever it lies.
as_postgres() {
    local folder=$1 program=$2
    shift 2
    if [[ $(id -u) == 0 ]]; then
        setpriv --reuid=postgres --regid=postgres --init-groups \
            env -i -C / PATH="$PATH" LC_ALL=C.UTF-8 PGPASSWORD="${PGPASSWORD:-}" \
            "$(pg_bin)/$program" -D /proc/self/fd/9 "$@" 9<"$folder"
    else
        env -u PGDATA LC_ALL=C.UTF-8 PGPASSWORD="${PGPASSWORD:-}" "$(pg_bin)/$program" -D "$folder" "$@"
    fi
}

own_folder() {
    mkdir -m 700 "$1"
    [[ $(id -u) != 0 ]] || chown postgres:postgres "$1"
}

secret() { head -c 24 /dev/urandom | base64 | tr -d '+/='; }

# Each side's configuration: deploy/postgresql.conf as it is, and what belongs to this machine.
configure() {
    local part=$1 folder=$dir/$1
    cp "$root/deploy/postgresql.conf" "$folder/zaichang.conf"
    cat >"$folder/machine.conf" <<CONF
cluster_name = 'zaichang_$([[ $part == pg1 ]] && echo a || echo b)'
listen_addresses = '127.0.0.1'
port = $(port "$part")
unix_socket_directories = ''
shared_buffers = '64MB'
max_wal_size = 256MB
wal_keep_size = 256MB
CONF
    grep -q zaichang.conf "$folder/postgresql.conf" ||
        printf "include 'zaichang.conf'\ninclude 'machine.conf'\n" >>"$folder/postgresql.conf"
    [[ $(id -u) != 0 ]] || chown postgres:postgres "$folder"/{zaichang,machine}.conf
}

# sql <part> <statements> [database]: as the owner of the cluster. By standard input: what stands in a command is seen by all.
sql() {
    PGPASSWORD=$(<"$dir/secrets/postgres") PGCONNECT_TIMEOUT=2 PGOPTIONS="-c statement_timeout=20s ${SQL_OPTIONS:-}" \
        psql -X -q -A -t -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$(port "$1")" -U postgres -d "${3:-postgres}" <<<"$2"
}

is_primary() { [[ $(sql "$1" 'select pg_is_in_recovery()') == f ]]; }

follows() { [[ $(sql "$1" "select count(*) from pg_stat_replication where sync_state in ('sync', 'quorum')") == 1 ]]; }

make_primary() {
    own_folder "$dir/pg1"
    printf '%s\n' "$(<"$dir/secrets/postgres")" >"$dir/secrets/.pwfile"
    # Read by descriptor: the folder of secrets is closed to the user postgres.
    if [[ $(id -u) == 0 ]]; then chown postgres "$dir/secrets/.pwfile"; fi
    as_postgres "$dir/pg1" initdb --username=postgres --encoding=UTF8 --locale=C.UTF-8 --data-checksums --no-sync \
        --auth-local=reject --auth-host=scram-sha-256 --pwfile=/proc/self/fd/6 --no-instructions \
        6<"$dir/secrets/.pwfile" >>"$dir/log/pg1.log" 2>&1
    rm "$dir/secrets/.pwfile"
    configure pg1
    sync -f "$dir/pg1"
}

# A copy of the primary that follows it.
make_standby() {
    local part=$1 from
    from=$(other "$part")
    if [[ -d $dir/$part ]]; then
        rm -rf "$dir/$part.old"
        mv "$dir/$part" "$dir/$part.old"
    fi
    own_folder "$dir/$part"
    PGPASSWORD=$(<"$dir/secrets/standby") as_postgres "$dir/$part" pg_basebackup --write-recovery-conf --checkpoint=fast \
        --wal-method=stream -d "host=127.0.0.1 port=$(port "$from") user=zaichang_standby" >>"$dir/log/$part.log" 2>&1
    # What was decided for the primary alone is not the standby's.
    sed -i '/^synchronous_standby_names/d' "$dir/$part/postgresql.auto.conf"
    configure "$part"
}

start_postgres() {
    local part=$1
    # A postmaster that was killed leaves its number; ours is known to be gone.
    rm -f "$dir/$part/postmaster.pid"
    launch_postgres "$part"
    if [[ $part == "$(primary)" ]]; then
        wait_for "$part answers" 60 is_primary "$part"
    else
        wait_for "$part answers" 60 sql "$part" 'select 1'
    fi
}

launch_postgres() {
    local part=$1
    if [[ $(id -u) == 0 ]]; then
        launch "$part" setpriv --reuid=postgres --regid=postgres --init-groups \
            env -i -C / PATH="$PATH" LC_ALL=C.UTF-8 "$(pg_bin)/postgres" -D /proc/self/fd/9 9<"$dir/$part"
    else
        launch "$part" env -u PGDATA LC_ALL=C.UTF-8 "$(pg_bin)/postgres" -D "$dir/$part"
    fi
}

prepare_database() {
    # Nobody follows yet, so nothing could be acknowledged by two.
    local SQL_OPTIONS='-c synchronous_commit=local'
    [[ -z $(sql pg1 "select 1 from pg_roles where rolname = 'zaichang'") ]] || return 0
    sql pg1 "create role zaichang_standby login replication password '$(<"$dir/secrets/standby")';
             create role zaichang login password '$(<"$dir/secrets/zaichang")';
             create database zaichang owner zaichang;"
}

# ---- the other parts ------------------------------------------------------------------------------------------------------

nginx_module() {
    local modules
    modules=$(nginx -V 2>&1 | tr ' ' '\n' | sed -n 's/^--modules-path=//p')
    [[ -e $modules/ngx_stream_module.so ]] && echo "load_module $modules/ngx_stream_module.so;"
}

point_gate() { echo "server 127.0.0.1:$(port "$1") max_fails=0;" >"$dir/primary.conf"; }

start_gate() {
    # deploy/postgres-gate.conf, with this machine's paths and port.
    sed -e '/^load_module/d' -e "s|^pid .*|pid $dir/gate.pid;|" -e "s|^error_log .*|error_log stderr warn;|" \
        -e "s|/etc/zaichang/primary.conf|$dir/primary.conf|" -e "s|127.0.0.1:6432|127.0.0.1:$(port gate)|" \
        "$root/deploy/postgres-gate.conf" | { nginx_module && cat; } >"$dir/gate.conf"
    launch gate nginx -p "$dir" -e stderr -c "$dir/gate.conf" -g 'daemon off;'
    wait_for 'gate listens' 10 listens gate
}

start_nginx() {
    # The upstream and the listener of this machine around deploy/nginx-locations.conf as it is.
    cat >"$dir/nginx.conf" <<CONF
worker_processes 1;
pid $dir/nginx.pid;
error_log stderr crit;
events { worker_connections 8192; }
http {
    access_log off;
    upstream zaichang {
        zone zaichang 64k;
        least_conn;
        server 127.0.0.1:$(port node1) max_fails=1 fail_timeout=2s;
        server 127.0.0.1:$(port node2) max_fails=1 fail_timeout=2s;
        server 127.0.0.1:$(port node3) max_fails=1 fail_timeout=2s;
        keepalive 256;
        keepalive_timeout 60s;
    }
    server {
        listen 127.0.0.1:$(port nginx);
        include $root/deploy/nginx-locations.conf;
    }
}
CONF
    launch nginx nginx -p "$dir" -e stderr -c "$dir/nginx.conf" -g 'daemon off;'
    wait_for 'nginx listens' 10 listens nginx
}

listens() { (: <"/dev/tcp/127.0.0.1/$(port "$1")") 2>/dev/null; }

start_redis() {
    mkdir -p "$dir/$1"
    launch "$1" redis-server "$root/deploy/redis.conf" --port "$(port "$1")" --cluster-port "$(port "bus${1#redis}")" \
        --bind 127.0.0.1 --dir "$dir/$1"
    wait_for "$1 answers" 20 redis_says "$1" PONG PING
}

redis_says() { [[ $(redis-cli -h 127.0.0.1 -p "$(port "$1")" "${@:3}" 2>/dev/null) == *"$2"* ]]; }

join_redis() {
    local each addresses=()
    redis_says redis1 cluster_slots_assigned:16384 cluster info || {
        for each in 1 2 3 4 5 6; do addresses+=("127.0.0.1:$(port "redis$each")"); done
        redis-cli --cluster create "${addresses[@]}" --cluster-replicas 1 --cluster-yes >>"$dir/log/redis1.log" 2>&1
    }
    for each in 1 2 3 4 5 6; do wait_for "redis$each is in the cluster" 30 redis_says "redis$each" cluster_state:ok cluster info; done
}

redis_urls() {
    local each urls=()
    for each in 1 2 3 4 5 6; do urls+=("redis://127.0.0.1:$(port "redis$each")"); done
    (
        IFS=,
        echo "${urls[*]}"
    )
}

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

# ---- the verbs ------------------------------------------------------------------------------------------------------------

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

start_all() {
    local each
    needs
    mkdir -p "$dir"/{pids,log}
    mkdir -p "$dir/secrets"
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
        "  入口 front door   http://127.0.0.1:$(port nginx)/   (nginx → node1 node2 node3)" \
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
    # Told at once when it happens, and left to whoever looks: this is for trying what happens.
    while :; do
        sleep 3600 &
        wait $! || true
    done
}

demo() {
    local settings
    mapfile -t settings < <(node_env node1)
    (umask 077 && env "${settings[@]}" ZAICHANG_LOG=warn "$bin" --settings "$root/deploy/zaichang.toml" demo --people "${1:-200}" --json >"$dir/demo.json")
    say "$dir/demo.json"
}

# deploy/README.md, "The primary is gone", step by step.
promote() {
    local old new
    old=$(primary) new=$(other "$(primary)")
    alive "$new" || stop_with '备库未运行，不能提升' 'the standby does not run: there is nothing to promote'
    say "1. 隔离 $old · fence $old"
    echo "$old" >"$dir/fenced"
    kill_part "$old"
    say "2. 提升 $new · promote $new"
    sql "$new" 'select pg_promote(true, 30)' >/dev/null
    wait_for "$new is primary" 30 is_primary "$new"
    echo "$new" >"$dir/primary"
    # The standby it would wait for is fenced: until rejoin the promise is of one machine.
    sql "$new" "alter system set synchronous_standby_names = ''"
    sql "$new" 'select pg_reload_conf()' >/dev/null
    say '3. 改指 gate · move the gate'
    point_gate "$new"
    end_part gate
    start_gate
    local each
    for each in node1 node2 node3; do ! alive "$each" || wait_for "$each writes to $new" 30 ready "$each"; done
    say "4. $new 是主库，暂无备库：请尽快 rejoin · $new is primary and alone: rejoin soon"
}

rejoin() {
    local now old
    now=$(primary) old=$(other "$(primary)")
    [[ $(cat "$dir/fenced" 2>/dev/null) == "$old" ]] || stop_with '没有被隔离的旧主库' 'there is no fenced primary to bring back'
    ! alive "$old" || stop_with "$old 仍在运行 · it still runs"
    say "1. 以 $now 的副本重建 $old · build $old anew as a copy of $now"
    make_standby "$old"
    rm "$dir/fenced"
    start_part "$old"
    say '2. 重新要求同步 · wait for the standby again'
    sql "$now" 'alter system reset synchronous_standby_names'
    sql "$now" 'select pg_reload_conf()' >/dev/null
    wait_for 'the standby follows' 60 follows "$now"
    rm -rf "$dir/$old.old"
    say "3. $old 是同步备库 · $old is the synchronous standby"
}

verb=${1:-}
shift || true
case $verb in
run | promote | rejoin | status | demo) "$verb" "$@" ;;
start)
    if (($#)); then
        for part in $(parts "$@"); do start_part "$part"; done
    else
        start_all
        where
    fi
    ;;
stop)
    if (($#)); then
        for part in $(parts "$@"); do end_part "$part"; done
    else
        stop_all
    fi
    ;;
kill) for part in $(parts "$@"); do kill_part "$part"; done ;;
pause) for part in $(parts "$@"); do signal STOP "$part"; done ;;
resume) for part in $(parts "$@"); do signal CONT "$part"; done ;;
*) stop_with "$(sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0")" ;;
esac
