# The six of the Redis Cluster, from deploy/redis.conf. Sourced by cluster.sh.
# shellcheck shell=bash disable=SC2154 # dir and root are set in cluster.sh

redis_says() { [[ $(redis-cli -h 127.0.0.1 -p "$(port "$1")" "${@:3}" 2>/dev/null) == *"$2"* ]]; }

start_redis() {
    mkdir -p "$dir/$1"
    launch "$1" redis-server "$root/deploy/redis.conf" --port "$(port "$1")" --cluster-port "$(port "bus${1#redis}")" \
        --bind 127.0.0.1 --dir "$dir/$1"
    wait_for "$1 answers" 20 redis_says "$1" PONG PING
}

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
