#!/usr/bin/env bash
# Reads the dashboard and the alerts as Grafana and Prometheus do, and tries the alerts out on made-up series.
# promtool comes with Debian's package prometheus.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

queries=$(mktemp --suffix .json)
trap 'rm -f "$queries"' EXIT
# Every query of the dashboard as a rule, so that promtool reads it; JSON is YAML.
python3 - ../grafana/zaichang.json >"$queries" <<'PYTHON'
import json, sys

with open(sys.argv[1], encoding="utf-8") as file:
    dashboard = json.load(file)
ids = [panel["id"] for panel in dashboard["panels"]]
assert len(ids) == len(set(ids)), "two panels have one id"
queries = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
assert queries, "the dashboard asks for nothing"
for variable, value in (("$__rate_interval", "1m"), ("$job", "zaichang"), ("$instance", ".*")):
    queries = [query.replace(variable, value) for query in queries]
rules = [{"record": f"dashboard:{number}", "expr": query} for number, query in enumerate(queries)]
json.dump({"groups": [{"name": "dashboard", "rules": rules}]}, sys.stdout)
PYTHON
if ! command -v promtool >/dev/null 2>&1; then
    echo '未安装 promtool，请运行 apt-get install prometheus / promtool is not installed: run apt-get install prometheus' >&2
    exit 1
fi
promtool check rules "$queries"
promtool check rules zaichang.yml
promtool test rules zaichang.test.yml
