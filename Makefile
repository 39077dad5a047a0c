# specadm: make targets. `make` alone lists them.

GO          ?= go
BIN         ?= bin
DEMO        ?= demo
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
FUZZTIME    ?= 10s
BENCHTIME   ?= 1x

export SPECADM_NODE :=

.DEFAULT_GOAL := help
.PHONY: help build demo test soak check fmt-check vet staticcheck cross bench fuzz cover generate clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build bin/specadm for this machine, statically
	CGO_ENABLED=0 $(GO) build -trimpath -o $(BIN)/specadm ./cmd/specadm

demo: build ## make a lab with instances that somebody made by hand, then plan, apply, and plan again
	@BIN=$(BIN) DEMO=$(DEMO) sh manifests/demo.sh

test: ## run all tests, and with the race detector those that have more than one thing going on in one process
	$(GO) test -timeout 10m ./...
	$(GO) test -race -short -timeout 10m ./...

soak: ## lose every command of a run in every way, and let hundreds of random operations, faults and kills happen
	SPECADM_SOAK=1 $(GO) test -timeout 60m -run 'TestKilled|TestSoak' -v ./cmd/specadm

check: fmt-check vet staticcheck cross ## what must hold before a commit: gofmt, vet, staticcheck, both static builds

fmt-check:
	@files=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$files" || { echo "gofmt -w $$files"; exit 1; }

vet:
	$(GO) vet ./...
	CGO_ENABLED=0 GOOS=illumos GOARCH=amd64 $(GO) vet ./...

staticcheck:
	$(GO) run $(STATICCHECK) ./...

cross: ## build the static programs for illumos and Linux
	CGO_ENABLED=0 GOOS=illumos GOARCH=amd64 $(GO) build -trimpath -o $(BIN)/specadm-illumos-amd64 ./cmd/specadm
	CGO_ENABLED=0 GOOS=linux GOARCH=amd64 $(GO) build -trimpath -o $(BIN)/specadm-linux-amd64 ./cmd/specadm

bench: ## run the benchmarks with allocations
	$(GO) test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) ./...

fuzz: ## run every fuzz target for FUZZTIME (10s)
	@set -e; $(GO) list -f '{{.Dir}} {{.ImportPath}}' ./... | while read dir package; do \
		for target in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]+' $$dir/*_test.go 2>/dev/null | awk '{ print $$2 }'); do \
			echo "fuzz $$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$package; \
		done; \
	done

cover: ## write cover.out and print the coverage per function
	$(GO) test -coverprofile cover.out -coverpkg ./... ./...
	$(GO) tool cover -func cover.out | tail -1

generate: ## regenerate what is generated
	$(GO) generate ./...

clean: ## remove what the other targets made
	rm -rf $(BIN) $(DEMO) cover.out
