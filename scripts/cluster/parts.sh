# The parts of the cluster: their names, their ports, and which of the two Postgres is primary. Sourced by cluster.sh.
# shellcheck shell=bash disable=SC2154 # dir, base and all are set in cluster.sh

say() { printf '%s\n' "$@" >&2; }

stop_with() {
    say "$@"
    exit 1
}

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
