#!/usr/bin/env bash
# Tries nginx-locations.conf out on a real nginx: WeChat's verification files are served, and nothing else is kept from the nodes.
# Behind it a node that says what it was asked for, or a real one: deploy/check-nginx.sh 127.0.0.1:8080
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if ! command -v nginx >/dev/null 2>&1; then
    echo '未安装 nginx，请运行 apt-get install nginx / nginx is not installed: run apt-get install nginx' >&2
    exit 1
fi
dir=$(mktemp -d)
end() {
    if [[ -e $dir/nginx.pid ]]; then
        kill "$(<"$dir/nginx.pid")"
        for _ in {1..50}; do
            [[ -e $dir/nginx.pid ]] || break
            sleep 0.1
        done
    fi
    rm -rf "$dir"
}
trap end EXIT
chmod 755 "$dir"
mkdir "$dir/wechat"
echo 'of the link' >"$dir/wechat/aB3xYz09Qw.txt"
echo 'of the domain' >"$dir/wechat/MP_verify_aB3xYz09Qw.txt"
echo 'not to be served' >"$dir/wechat/secret.env"

node=${1:-unix:$dir/node.sock}
sed "s|/etc/zaichang/wechat|$dir/wechat|" nginx-locations.conf >"$dir/locations.conf"
cat >"$dir/nginx.conf" <<CONF
worker_processes 1;
pid $dir/nginx.pid;
error_log stderr crit;
events { worker_connections 64; }
http {
    access_log off;
    client_body_temp_path $dir/body;
    proxy_temp_path $dir/proxy;
    fastcgi_temp_path $dir/fastcgi;
    uwsgi_temp_path $dir/uwsgi;
    scgi_temp_path $dir/scgi;
    upstream zaichang { server $node; }
    upstream zaichang_anyway { server $node; }
    server {
        listen unix:$dir/node.sock;
        default_type text/plain;
        return 200 "node \$request_uri";
    }
    server {
        listen unix:$dir/front.sock;
        include $dir/locations.conf;
    }
}
CONF
nginx -p "$dir" -e stderr -c "$dir/nginx.conf" -t -q
nginx -p "$dir" -e stderr -c "$dir/nginx.conf"

faults=0
# What an address is answered with: a file's text, or by the node.
is() {
    local expected=$1 path=$2 said fits=
    said=$(curl -s --path-as-is --unix-socket "$dir/front.sock" "http://cme.example.cn$path")
    if [[ $expected != node ]]; then
        if [[ $said == "$expected" ]]; then fits=ok; fi
    elif [[ $node == unix:* ]]; then
        if [[ $said == "node $path" ]]; then fits=ok; fi
    elif [[ $said != 'of '* && $said != *'<center>nginx'* ]]; then
        fits=ok
    fi
    printf '%-5s %-50s %s\n' "$fits" "$path" "${said:0:80}"
    if [[ -z $fits ]]; then faults=$((faults + 1)); fi
}

is 'of the link' /C/aB3xYz09Qw.txt
is 'of the link' /c/aB3xYz09Qw.txt
is 'of the domain' /MP_verify_aB3xYz09Qw.txt
# Files that are not there, and names that are none of WeChat's.
is node /C/another000.txt
is node /MP_verify_another000.txt
is node /aB3xYz09Qw.txt
is node /C/secret.env
is node /C/%2e%2e/secret.env
is node /C/../C/..%2fsecret.txt
is node /C/aB3xYz09Qw.txt/
is node /v/aB3xYz09Qw.txt
# Codes in either case, whole and cut short.
is node /C/AAAAABYB3EL6ZLZFAY2MFOV5UGTBSNAOMTNA
is node /c/aaaaabyb3el6zlzfay2mfov5ugtbsnaomtna
is node /C/AB3XYZ09QW
is node /C/
((faults == 0)) || { echo "$faults 处不符 / $faults do not hold" >&2 && exit 1; }
