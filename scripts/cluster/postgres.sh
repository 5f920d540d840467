# The two Postgres: made, configured from deploy/postgresql.conf, started and asked. Sourced by cluster.sh.
# shellcheck shell=bash disable=SC2154 # dir and root are set in cluster.sh

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
    # No standby follows yet, so nothing could be acknowledged by two.
    local SQL_OPTIONS='-c synchronous_commit=local'
    [[ -z $(sql pg1 "select 1 from pg_roles where rolname = 'zaichang'") ]] || return 0
    sql pg1 "create role zaichang_standby login replication password '$(<"$dir/secrets/standby")';
             create role zaichang login password '$(<"$dir/secrets/zaichang")';
             create database zaichang owner zaichang;"
}
