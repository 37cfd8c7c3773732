# The verbs of this repository. A machine needs Go, make and git; everything
# else is a Go module pinned by go.mod or scripts/tools/go.mod.

DATA  ?= ./data
GRPC  ?= 127.0.0.1:9090
HTTP  ?= 127.0.0.1:8080
BENCH ?=

# The tools have a module file of their own: what a linter depends on is no
# dependency of the program.
TOOL := go tool -modfile=scripts/tools/go.mod

# Where git cannot tell the revision (an archive, a repository of another
# user), build without it instead of failing.
ifeq ($(shell git rev-parse --quiet --verify HEAD 2>/dev/null),)
export GOFLAGS := $(strip $(shell go env GOFLAGS) -buildvcs=false)
endif

.DEFAULT_GOAL := help
.PHONY: run test check bench generate build client fmt help

run: build ## build, start everything on DATA, play the sample district if the log is empty, serve on GRPC and HTTP
	@exec ./bin/percorsi up --data $(DATA) --grpc $(GRPC) --http $(HTTP) --sample

test: ## run all tests with the race detector
	@scripts/test

check: ## formatting, linters, generated code is current, go.mod is tidy; changes nothing
	go mod tidy -diff
	go -C scripts/tools mod tidy -diff
	go run ./scripts/generate -check
	go vet ./...
	$(TOOL) golangci-lint config verify
	$(TOOL) golangci-lint fmt --diff
	$(TOOL) golangci-lint run

bench: ## run the benchmarks, or the one named by BENCH; a JSON object a line
	@go run ./scripts/bench $(BENCH)

generate: ## make internal/gen and the list of shapes from proto
	go run ./scripts/generate

build: ## build bin/percorsi
	go build -trimpath -o bin/percorsi ./services/percorsi

client: ## build bin/grpcurl, a gRPC client for the command line
	go build -modfile=scripts/tools/go.mod -trimpath -o bin/grpcurl github.com/fullstorydev/grpcurl/cmd/grpcurl

fmt: ## lay out the Go code as make check wants it
	$(TOOL) golangci-lint fmt

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "variables: DATA=$(DATA) GRPC=$(GRPC) HTTP=$(HTTP) BENCH=$(BENCH)"
