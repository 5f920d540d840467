# The verbs, the same for people and for CI. Thin: what takes more than a line or two is in scripts/.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# This project's own Node.js, where scripts/install.sh had to install one.
export PATH := $(CURDIR)/scripts/node/node_modules/.bin:$(PATH)
# The queries are checked against .sqlx, not against a database that happens to be named in the environment.
export SQLX_OFFLINE ?= true

target := $(abspath $(or $(CARGO_TARGET_DIR),target))
modules := node_modules/.package-lock.json
# What every page is built with.
shared := package.json tsconfig.base.json $(wildcard pages-shared/src/*)
# Documents are printed where scripts/print.sh has built the program.
printing := $(if $(wildcard $(target)/print/release/zaichang-print),ZAICHANG_PRINT_PROGRAM=$(target)/print/release/zaichang-print ZAICHANG_PRINT_TEMPLATES=$(CURDIR)/crates/print/templates)
pages := display/dist/index.html mobile-bridge/h5/dist/index.html mobile-bridge/app/dist/index.html console/dist/index.html
sources = $(shell find $(1) \( -name node_modules -o -name dist -o -name test -o -name tests \) -prune -o -type f -print)

.PHONY: help run test check format pages modules e2e bench faults upgrade cluster cluster-rehearsal openapi clean

help: ## 列出这些命令 / this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## 安装所缺、构建并启动，含演示数据 / install what is missing, build and start with demo data
	@scripts/install.sh run
	@$(MAKE) -j3 --output-sync=target pages
	cargo build --release --locked
	@$(printing) ZAICHANG_LISTEN="$${ZAICHANG_LISTEN:-0.0.0.0:8080}" exec $(target)/release/zaichang serve --demo

test: ## 全部测试 / every test
	@scripts/test.sh

check: ## 格式、静态检查、依赖许可与拼写 / formatting, lints, licences of dependencies and spelling
	@scripts/check.sh

format: modules ## 统一代码格式 / format the server and the pages
	@git ls-files -z --cached --others --exclude-standard '*.rs' | xargs -0 rustfmt
	npm run format

.PHONY: fuzz
fuzz: ## 模糊测试，每个目标 60 秒（seconds=10 更短） / fuzzing, 60 seconds for each target (seconds=10: less)
	@scripts/fuzz.sh

pages: $(pages) ## 构建三个网页 / build the three pages

e2e: ## 浏览器测试，并把截图写入 ./shots / browser tests that also write screenshots to ./shots
	@scripts/install.sh test
	@$(MAKE) -j3 --output-sync=target pages
	cargo test --workspace --locked --no-run
	@scripts/print.sh build
	@rm -rf shots && mkdir shots
	@ZAICHANG_BIN=$(target)/debug/zaichang SHOTS=$(CURDIR)/shots npm test --workspace @zaichang/e2e

bench: ## 基准测试 / benchmarks
	@scripts/install.sh run
	@$(MAKE) -j3 --output-sync=target pages
	cargo bench --locked

faults: ## 故障测试，only=名称 选择，short=1 只跑短的 / harm done under load; only=name,name or short=1
	cargo build --release --locked -p zaichang -p loadtest
	@$(target)/release/faults --server $(target)/release/zaichang $(if $(only),--only $(only)) $(if $(short),--short)

upgrade: ## 升级测试：上一版本带数据运行，本版本逐个节点接管 / this release takes over from the one before, node by node, under load
	@scripts/previous-release.sh >/dev/null
	cargo build --workspace --locked --features zaichang/traces --bin zaichang --bin faults --bench code
	@$(target)/debug/faults --only upgrade --people 6000 --rate 40 --server $(target)/debug/zaichang --previous "$$(scripts/previous-release.sh)"

cluster: ## 在本机启动多节点集群，Ctrl-C 停止 / several nodes on this machine, from deploy/
	@$(MAKE) -j3 --output-sync=target pages
	cargo build --release --locked
	@ZAICHANG_BIN=$(target)/release/zaichang exec scripts/cluster.sh run

cluster-rehearsal: ## 在负载下演练集群：停节点、失主库 / the cluster under load: nodes stopped, the primary lost
	@$(MAKE) faults only=nodes_agree,kill_node,rolling_restart,kill_redis_masters,standby_away,promote

openapi: $(modules) ## 由代码生成 openapi.json、网页的类型和权限表 / openapi.json from the code, the pages' types from it, and docs/authority.md
	@mkdir -p $(target) && cargo run --quiet --locked -- openapi >$(target)/openapi.json && cp $(target)/openapi.json openapi.json
	@cargo run --quiet --locked -- openapi --authority >$(target)/authority.md && cp $(target)/authority.md docs/authority.md
	npm run types

clean: ## 删除构建产物，保留 ./.data / remove what was built; ./.data stays
	cargo clean
	rm -rf shots $(pages:%/index.html=%) node_modules mobile-bridge/miniprogram/node_modules scripts/node/node_modules

modules: $(modules)

# One workspace: every page's modules, the browser tests' too.
$(modules): package.json package-lock.json $(wildcard */package.json mobile-bridge/*/package.json tests/e2e/package.json)
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

display/dist/index.html: $(modules) $(shared) $(call sources,display)
	npm run build --workspace @zaichang/display
	@touch $@

mobile-bridge/h5/dist/index.html: $(modules) $(shared) $(call sources,mobile-bridge/core mobile-bridge/h5)
	npm run build --workspace @zaichang/h5
	@touch $@

mobile-bridge/app/dist/index.html: $(modules) $(shared) $(call sources,mobile-bridge/core mobile-bridge/h5 mobile-bridge/app)
	npm run build --workspace @zaichang/app
	@touch $@

console/dist/index.html: $(modules) $(shared) $(call sources,console)
	npm run build --workspace @zaichang/console
	@touch $@
