# ppspd: `make run` serves, `make test` proves. Every target is a line that also works by hand.

BIN     := bin
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
COMMIT  := $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
LDFLAGS := -X main.version=$(VERSION) -X main.commit=$(COMMIT)
FUZZ    := 30s

.PHONY: help build run test fuzz lint generate bench bench-record profile bench-report clean

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

bench-record:    ## the raw files of the report, anew: ten minutes on a quiet machine with a clean tree
	go run ./bench/cmd/bench -mix keepalive -rounds 7 -slice 1500ms -out bench/results/keepalive.txt
	go run ./bench/cmd/bench -mix connect50 -rounds 7 -slice 1500ms -out bench/results/connect50.txt
	go run ./bench/cmd/bench -mix churn -rounds 7 -slice 1500ms -out bench/results/churn.txt
	go run ./bench/cmd/micro -bench 'Parse|AppendResponse' -benchtime 500ms -out bench/results/xml.txt ./codec/ppspxml
	go run ./bench/cmd/micro -bench 'Reset/.*/timers=10000000' -benchtime 300ms -out bench/results/wheel.txt ./wheel
	go run ./bench/cmd/micro -bench 'Tick/timers=10000000' -benchtime 500x -out bench/results/tick.txt ./wheel
	go run ./bench/cmd/micro -bench Mixed -cpu 1,2 -count 9 -benchtime 500ms -out bench/results/cores.txt ./engine
	go run ./bench/cmd/scale -out bench/results/scale.txt

profile:         ## cmd/ppspd/default.pgo anew: the profile that the tracker is compiled with
	go run ./bench/cmd/profile

bench-report:    ## BENCHMARKS.md from the committed raw files
	go run ./bench/cmd/report

clean:           ## remove bin/
	rm -rf $(BIN)
