# ppspd: `make run` serves, `make test` proves. Every target is a line that also works by hand.

BIN     := bin
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -X main.version=$(VERSION)
FUZZ    := 30s

.PHONY: help build run test fuzz lint generate bench bench-report clean

help:            ## this text
	@sed -n 's/^\([a-z-]*:\).*## /\1 /p' Makefile

build:           ## the three programs, into bin/
	go build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN)/ ./cmd/...

run: build       ## build and serve on :7846, admin on 127.0.0.1:7847
	$(BIN)/ppspd $(ARGS)

test:            ## the whole test suite, with the race detector
	go vet ./...
	go test -race -timeout 12m ./...

fuzz:            ## every fuzz target for FUZZ each
	@set -e; for p in $$(go list ./...); do \
	  for f in $$(go test -list '^Fuzz' $$p | grep '^Fuzz' || true); do \
	    echo "$$p $$f"; go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZ) $$p; done; done

lint:            ## the project's rules, also part of test
	go test -count=1 ./internal/lint

generate:        ## what is generated, anew
	go generate ./...

bench:           ## every micro-benchmark once
	go test -run '^$$' -bench . -benchmem ./...

bench-report:    ## BENCHMARKS.md from the committed raw files
	go run ./bench/cmd/report

clean:           ## remove bin/
	rm -rf $(BIN)
