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

source "$root/scripts/cluster/parts.sh"
source "$root/scripts/cluster/processes.sh"
source "$root/scripts/cluster/postgres.sh"
source "$root/scripts/cluster/failover.sh"
source "$root/scripts/cluster/nginx.sh"
source "$root/scripts/cluster/redis.sh"
source "$root/scripts/cluster/nodes.sh"
source "$root/scripts/cluster/whole.sh"

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
