# The two nginx: the gate before Postgres and the entrance before the nodes, from deploy/. Sourced by cluster.sh.
# shellcheck shell=bash disable=SC2154 # dir and root are set in cluster.sh

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
    upstream zaichang_anyway {
        zone zaichang_anyway 64k;
        server 127.0.0.1:$(port node1) max_fails=0;
        server 127.0.0.1:$(port node2) max_fails=0;
        server 127.0.0.1:$(port node3) max_fails=0;
        keepalive 64;
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
