# Two commands for a newcomer: `make demo` and `make test`. Everything else is for who changes the code.
.DEFAULT_GOAL := help
JOBS ?= $(shell nproc)
RELEASE := build/release
ASAN := build/asan
TSAN := build/tsan

.PHONY: help deps build demo test asan tsan tidy format format-check fuzz soak churn e2e bench bench-recovery bench-ingest bench-latency mutants nightly install clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

deps:
	@scripts/deps.sh

$(RELEASE)/build.ninja: | deps
	@cmake --preset release >/dev/null

build: deps $(RELEASE)/build.ninja ## the refloat binary, in build/release
	@cmake --build $(RELEASE) --parallel $(JOBS) --target refloat

demo: build ## a stranded Temporal stack, diagnosed and recovered on a simulated cluster and a real PostgreSQL
	@$(RELEASE)/refloat demo

test: deps $(RELEASE)/build.ninja ## build and run all tests that need no cluster
	@cmake --build $(RELEASE) --parallel $(JOBS)
	@scripts/run-tests.sh $(RELEASE)

asan: ## every test under AddressSanitizer and UndefinedBehaviorSanitizer (clang 19)
	@scripts/deps.sh check && cmake --preset asan >/dev/null && cmake --build $(ASAN) --parallel $(JOBS)
	@scripts/run-tests.sh $(ASAN)

THREADED := refloat_kube_test refloat_watch_test refloat_cache_test refloat_reconcile_test

tsan: deps ## tests of what runs in threads under ThreadSanitizer
	@cmake --preset tsan >/dev/null && cmake --build $(TSAN) --parallel $(JOBS) --target $(THREADED)
	@scripts/run-tests.sh $(TSAN) $(THREADED)

tidy: ## clang-tidy 19 on every file that changed since it was last clean
	@scripts/deps.sh check && scripts/tidy.sh

format: ## format every C++ file
	@scripts/deps.sh check && git ls-files '*.cpp' '*.h' | xargs clang-format-19 -i

format-check:
	@scripts/deps.sh check && git ls-files '*.cpp' '*.h' | xargs clang-format-19 --dry-run --Werror

fuzz: ## every fuzzer for FUZZ_SECONDS (60)
	@scripts/deps.sh check && scripts/fuzz.sh $${FUZZ_SECONDS:-60}

soak: deps $(RELEASE)/build.ninja ## SEEDS (1000) bad days of the controller in virtual time (docs/soak.md)
	@cmake --build $(RELEASE) --parallel $(JOBS) --target refloat_soak
	@tests/simulation/soak.sh 1 $(or $(SEEDS),1000) $(RELEASE)/tests/refloat_soak

churn: deps $(RELEASE)/build.ninja ## a day of healthy Stacks in virtual time: HOURS (24), STACKS (500), SEED (1) (docs/churn.md)
	@cmake --build $(RELEASE) --parallel $(JOBS) --target refloat_churn
	@$(RELEASE)/tests/refloat_churn --hours $(or $(HOURS),24) --stacks $(or $(STACKS),500) --seed $(or $(SEED),1)

e2e: build ## the real cluster: Kubernetes, Argo CD, Temporal and PostgreSQL on this machine (root, Go)
	@cmake --build $(RELEASE) --parallel $(JOBS) --target refloat_conformance_test refloat_temporal_tool_test refloat_real_watch
	@REFLOAT_BIN=$(CURDIR)/$(RELEASE)/refloat tests/e2e/run.sh

bench: bench-recovery bench-ingest bench-latency ## the three of docs/benchmarks.md

bench-recovery: build ## time to recovery beside a script that knows the cause, on the real cluster
	@REFLOAT_BIN=$(CURDIR)/$(RELEASE)/refloat tests/bench/recovery.sh

bench-ingest: build ## memory, CPU and time to follow a large cluster, beside client-go on a real API server (Go; docs/benchmarks.md)
	@cmake --build $(RELEASE) --parallel $(JOBS) --target refloat_bench_ingest
	@tests/bench/ingest.sh

bench-latency: build ## how long after an event a finding is told, beside a raw watch on a real API server (Go; docs/benchmarks.md)
	@REFLOAT_BIN=$(CURDIR)/$(RELEASE)/refloat tests/bench/latency.sh

nightly: ## what takes longer: clang-tidy, a longer soak, the churn, every case on the real cluster, mutants, threads under ThreadSanitizer, fuzzers for ten minutes each
	@$(MAKE) --no-print-directory tidy
	@SEEDS=$(or $(NIGHTLY_SEEDS),1000000) $(MAKE) --no-print-directory soak
	@$(MAKE) --no-print-directory churn
	@NIGHTLY=1 $(MAKE) --no-print-directory e2e
	@$(MAKE) --no-print-directory mutants
	@$(MAKE) --no-print-directory tsan
	@FUZZ_SECONDS=600 $(MAKE) --no-print-directory fuzz

mutants: deps ## what makes it safe, broken on purpose line by line: each time a test must notice
	@tests/mutants/run.sh

BIN = $(DESTDIR)$(or $(PREFIX),/usr/local)/bin
SHARE = $(DESTDIR)$(or $(PREFIX),/usr/local)/share

install: build ## to PREFIX (/usr/local), also as kubectl-refloat, with completions for bash, zsh, fish and kubectl
	@install -D -m 0755 $(RELEASE)/refloat $(BIN)/refloat
	@ln -sf refloat $(BIN)/kubectl-refloat
	@install -d $(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions $(SHARE)/fish/vendor_completions.d
	@$(RELEASE)/refloat completion bash >$(SHARE)/bash-completion/completions/refloat
	@ln -sf refloat $(SHARE)/bash-completion/completions/kubectl-refloat
	@$(RELEASE)/refloat completion zsh >$(SHARE)/zsh/site-functions/_refloat
	@$(RELEASE)/refloat completion fish >$(SHARE)/fish/vendor_completions.d/refloat.fish
	@ln -sf refloat.fish $(SHARE)/fish/vendor_completions.d/kubectl-refloat.fish
	@$(RELEASE)/refloat completion kubectl >$(BIN)/kubectl_complete-refloat && chmod 0755 $(BIN)/kubectl_complete-refloat

clean:
	@rm -rf build
