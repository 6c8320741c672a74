# The data that training and measuring need lies beside the project; tests
# that want it skip without it.
FAULTLINE_DATA ?= ../shared/data
FAULTLINE_EVAL ?= ../shared/eval
FUZZTIME ?= 30s
BENCHTIME ?= 1s

.PHONY: all build test race vet fuzz bench train eval clean

all: vet test build

build:
	go build -o faultline ./cmd/faultline

test:
	go test ./...

# What runs concurrently: stores, read model, the load pipeline, and real
# loads with their coders beside each other.
race:
	go test -race -short ./graph/... ./queries/... ./ingest ./ingest/source
	go test -race -run 'TestScripts/^(load|shared)$$' ./cmd/faultline

vet:
	@unclean=$$(gofmt -l .); if [ -n "$$unclean" ]; then echo "not gofmt-clean:"; echo "$$unclean"; exit 1; fi
	go vet ./...
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

# Every fuzz target for $(FUZZTIME); those of one package only with PKG=./ingest/when.
PKG ?= .
fuzz:
	@set -e; for file in $$(grep -rl --include='*_test.go' '^func Fuzz' $(PKG) | LC_ALL=C sort); do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' $$file); do \
			echo "$$file $$target"; \
			go test ./$$(dirname $$file) -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 5x; \
		done; \
	done

bench:
	go test ./... -run '^$$' -bench . -benchtime $(BENCHTIME)

# Fits the event models anew from annotated sentences and writes them into
# the tree.
train:
	go run ./ingest/coder/train $(FAULTLINE_DATA)/train/*.jsonl

# Measures the coder against annotated sentences and documents.
eval: build
	@set -e; tmp=$$(mktemp -d); trap 'rm -rf "$$tmp"' EXIT; \
	for gold in $(FAULTLINE_DATA)/gold/*.jsonl; do \
		name=$$(basename $$gold .jsonl); score=score_events.py; \
		case $$name in documents*) score=score_documents.py;; esac; \
		echo "== $$name"; \
		./faultline extract $$gold >$$tmp/$$name.jsonl; \
		python3 $(FAULTLINE_EVAL)/$$score $$gold $$tmp/$$name.jsonl; \
	done

clean:
	rm -f faultline
	go clean -testcache
