# The data that training and measuring need lies beside the project; tests
# that want it skip without it.
FAULTLINE_DATA ?= ../shared/data
FUZZTIME ?= 30s
BENCHTIME ?= 1s

.PHONY: all build test test-formats test-browser race vet fuzz bench train eval clean

all: vet test build

build:
	go build -o faultline ./cmd/faultline

test:
	go test ./...

# The tests that need a Dgraph server. The first time, it is built from its Go
# module, which takes minutes. FAULTLINE_DGRAPH_BINARY names one to use instead.
# With TESTFLAGS=-short fewer servers are killed and less is loaded.
test-dgraph:
	FAULTLINE_DGRAPH_TEST=1 go test -count=1 -timeout 60m $(TESTFLAGS) ./graph/dgraph/...
	FAULTLINE_DGRAPH_TEST=1 go test -count=1 -timeout 60m $(TESTFLAGS) -run "Dgraph|NamedQueries" ./cmd/faultline
	FAULTLINE_DGRAPH_TEST=1 go test -count=1 -timeout 60m $(TESTFLAGS) -run Dgraph ./queries

# What runs concurrently: stores, read model, the load pipeline, fetching and
# schedule, servers, and real loads with their coders beside each other.
race:
	go test -race -short ./graph/... ./queries/... ./ingest ./ingest/source ./ingest/schedule ./ingest/fetch ./ingest/feed ./ingest/gdelt ./export ./web/...
	go test -race -short -run '^TestWeek$$|^TestScripts$$/^(load|shared|watch|watchsignals|retract)$$' ./cmd/faultline

# Holds exports against readers that others wrote: NetworkX, Graphviz, the
# packages of export/testdata/package.json. Installs the last, and on Debian the
# others.
NODE_MODULES ?= $(HOME)/.cache/faultline-formats
test-formats:
	python3 -c 'import networkx' && dot -V || { apt-get update && apt-get install -y --no-install-recommends python3-networkx graphviz nodejs npm; }
	mkdir -p $(NODE_MODULES) && cp export/testdata/package.json $(NODE_MODULES) && cd $(NODE_MODULES) && npm install --no-audit --no-fund
	FAULTLINE_FORMATS=1 FAULTLINE_NODE_MODULES=$(NODE_MODULES)/node_modules go test -count=1 ./export

# Drives Chromium through the explorer and holds every view against axe-core's
# rules. Installs both, Chromium on Debian; FAULTLINE_SCREENSHOTS=folder keeps
# what it sees, FAULTLINE_SITE=http://localhost:8460 looks at a running server.
BROWSER_CACHE ?= $(HOME)/.cache/faultline-browser
test-browser:
	chromium --version || { apt-get update && apt-get install -y --no-install-recommends chromium nodejs npm; }
	mkdir -p $(BROWSER_CACHE) && cd $(BROWSER_CACHE) && npm install --no-audit --no-fund axe-core@4.14.1
	FAULTLINE_AXE=$(BROWSER_CACHE)/node_modules/axe-core/axe.min.js go test -count=1 -run '^TestBrowser$$' ./web

vet:
	@unclean=$$(gofmt -l .); if [ -n "$$unclean" ]; then echo "not gofmt-clean:"; echo "$$unclean"; exit 1; fi
	go vet ./...
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

# Every fuzz target for so long; those of one folder only with PKG=ingest/when.
PKG ?= .
fuzz:
	.ci/fuzz $(FUZZTIME) $(PKG)

bench:
	go test ./... -run '^$$' -bench . -benchtime $(BENCHTIME)

# Loads the ICEWS sample into a Dgraph server and into Cayley, and asks both.
bench-dgraph:
	FAULTLINE_DGRAPH_TEST=1 go test ./cmd/faultline -run '^$$' -bench Dgraph -benchtime 1x -timeout 60m

# Fits the event models anew from annotated sentences and writes them into
# the tree. Those of ingest/nlp and ingest/relate need word vectors besides: see
# their commands train.
# The vector instructions make it several times as fast, and the last digits
# differ with them.
train:
	GOEXPERIMENT=simd go run ./ingest/coder/train -reports $(FAULTLINE_DATA)/reports/current-events-2002-2026.jsonl.gz $(FAULTLINE_DATA)/train/*.jsonl

# Measures the coder against annotated sentences and documents, and renews the
# tables of docs/coder.md.
eval: build
	./faultline eval events --by-type --into docs/coder.md $(FAULTLINE_DATA)/gold/*.jsonl

clean:
	rm -f faultline
	go clean -testcache
