# Processes: a part's pid and the time of its start, so that a number that went to another process is not taken for it.
# It knows no part's program. Sourced by cluster.sh.
# shellcheck shell=bash disable=SC2154 # dir is set in cluster.sh

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
    # A process has no name of its own until it has become its program; its start is known at once.
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
