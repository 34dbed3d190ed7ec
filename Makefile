# `make run` and `make test` install what they need. `make help` lists all targets.

UI_SOURCES := $(shell find ui -path ui/node_modules -prune -o -path ui/dist -prune -o -type f -print 2>/dev/null)
PROFILE_DIR := $(or $(CARGO_TARGET_DIR),target)
SDK := $(PROFILE_DIR)/official-sdk
JS_SDK := $(PROFILE_DIR)/official-sdk-js

.DEFAULT_GOAL := help
.PHONY: help run dev test package audit bench bench-quick screenshots lint bindings icons test-ui test-rust test-sdk test-packages setup-run setup-test setup-package clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup-run ui/dist/index.html ## Build and start the application
	cargo build
	@.dev/run.sh $(PROFILE_DIR)/debug/xpo-admin

dev: setup-run ui/node_modules/.package-lock.json ## Run with the interface reloading on save, and the backend restarting on change
	ui/node_modules/.bin/tauri dev --config .dev/dev.json

test: ## Run every test: about 12 minutes when built, 45 from nothing on two cores
	@.dev/test.sh lint test-ui test-rust test-sdk test-packages

package: setup-package ui/dist/index.html ## Build the deb and the rpm into target/release-packages/
	cargo build --release --locked --features '$(FEATURES)'
	@FEATURES='$(FEATURES)' .dev/package.sh $(PROFILE_DIR)/release/xpo-admin $(PROFILE_DIR)/release-packages

audit: ui/node_modules/.package-lock.json ## Check licenses, advisories, sources and unused dependencies
	@for tool in cargo-deny cargo-machete; do command -v $$tool >/dev/null || { echo "Please install: cargo install --locked $$tool"; exit 1; }; done
	cargo deny check
	cargo machete
	cd ui && npm audit

bench: setup-test ui/dist/index.html $(SDK)/installed ## Count the presses of an admin's tasks; measure start, memory, a book of a million campaigns and syncs
	cargo test --test window presses -- --nocapture > $(PROFILE_DIR)/presses.log || { cat $(PROFILE_DIR)/presses.log; exit 1; }
	@sed -n 's/.*presses: //p' $(PROFILE_DIR)/presses.log | sort
	cargo test --release -p partner --test bench -- --ignored --nocapture
	OFFICIAL_SDK=$(abspath $(SDK)/bin/python) cargo test --release -p services --test bench syncs_of -- --ignored --nocapture
	cargo build --release --features automation --bin xpo-admin --example empty-window
	cargo test --release --features automation --test bench -- --ignored --nocapture

bench-quick: setup-test $(SDK)/installed ## Measure the book and the syncs only, with fewer objects: under 5 minutes when built
	cargo test --release -p partner --test bench -- --ignored --nocapture
	BENCH_QUICK=1 OFFICIAL_SDK=$(abspath $(SDK)/bin/python) cargo test --release -p services --test bench syncs_of -- --ignored --nocapture

screenshots: setup-test ui/dist/index.html ## Draw every screen into target/screenshots/, and the pictures of the guide
	cargo test --test screenshots -- --ignored --nocapture
	@.dev/guide-pictures.sh

lint: setup-run ui/dist/index.html ## Check formatting, lints and types
	cargo fmt --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo clippy --package tiktok-sandbox --no-default-features -- -D warnings
	cargo clippy --package partner -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet
	cd ui && npm run check

test-ui: ui/node_modules/.package-lock.json
	cd ui && npm test

test-rust: setup-test ui/dist/index.html
	cargo test --workspace

test-sdk: setup-test ui/dist/index.html $(SDK)/installed $(JS_SDK)/node_modules/.package-lock.json
	# As the other tests build them: with fewer packages, most libraries would be built again with other features.
	cargo test --workspace --no-run
	TIKTOK_SANDBOX_BIN=$(abspath $(PROFILE_DIR)/debug/tiktok-sandbox) \
	TIKTOK_CLIENT_BIN=$(abspath $(PROFILE_DIR)/debug/examples/list_everything) $(SDK)/bin/python -m pytest tests/official_sdk -p no:cacheprovider
	TIKTOK_SANDBOX_BIN=$(abspath $(PROFILE_DIR)/debug/tiktok-sandbox) OFFICIAL_JS_SDK=$(abspath $(JS_SDK)) \
	node --test tests/official_sdk/javascript.test.mjs

icons: ## Render icons/*.svg in every size
	@.dev/icons.sh

test-packages: setup-test ui/dist/index.html
	@if ! command -v dpkg-deb >/dev/null; then echo "Skipped the package tests: they need Debian's tools."; \
	elif [ "$$(id -u)" -ne 0 ]; then echo "Skipped the package tests: they need root, because they install the packages into a separate system. CI runs them."; \
	else cargo test --workspace --test packages -- --ignored; fi

bindings: ## Regenerate what ui/src has from Rust
	BINDINGS=write cargo test --test bindings

setup-run:
	@.dev/setup.sh run

setup-test:
	@.dev/setup.sh test

setup-package:
	@.dev/setup.sh package

ui/node_modules/.package-lock.json: ui/package.json ui/package-lock.json
	cd ui && npm ci --no-audit --no-fund
	@touch $@

ui/dist/index.html: ui/node_modules/.package-lock.json $(UI_SOURCES)
	cd ui && npm run build
	@touch $@

$(SDK)/installed: tests/official_sdk/requirements.txt
	python3 -m venv $(SDK)
	$(SDK)/bin/pip install --quiet --requirement $<
	@touch $@

$(JS_SDK)/node_modules/.package-lock.json: tests/official_sdk/package.json tests/official_sdk/package-lock.json
	mkdir -p $(JS_SDK)
	cp $^ $(JS_SDK)
	cd $(JS_SDK) && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

clean: ## Remove everything that was built
	@[ ! -d $(PROFILE_DIR)/packages/root ] || rm -rf $(PROFILE_DIR)/packages
	cargo clean
	rm -rf ui/dist ui/node_modules
