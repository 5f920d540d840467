# The primary is gone: docs/operating/nodes.en.md step by step, and the way back. Sourced by cluster.sh.
# shellcheck shell=bash disable=SC2154 # dir is set in cluster.sh

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
