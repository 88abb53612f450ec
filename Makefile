.DEFAULT_GOAL := help
.PHONY: help demo drill dashboard-picture status-picture test test-faults docs image chart fault soak reliability bench bench-quick bench-micro bench-sidecar coverage mutate

help: ## Lists the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 20

demo: ## Runs the main job before your eyes; KEEP=1 leaves it running
	@eng/demo.sh

drill: ## Plays five accidents with the alerts as they are, and writes docs/operations-drill.md
	@eng/drill.sh

dashboard-picture: ## Records the dashboard for six minutes, and writes docs/images/dashboard.svg
	@eng/picture.sh

status-picture: ## Plays the same six minutes, and writes docs/images/status-*.png: the worker's own page
	@eng/picture.sh --page

test: ## Runs every test, with the fast versions of the fault tests
	@eng/test.sh

test-faults: ## Runs every test, the fault tests in full length
	@FAULTS=full eng/test.sh

fault: ## Runs one fault test in full length: make fault NAME=Redis_is_frozen
	@eng/fault.sh "$(NAME)"

soak: ## Runs 2,000 messages/s for SOAK_MINUTES (30) with a random fault every 20 s
	@SOAK_MINUTES=$${SOAK_MINUTES:-30} eng/fault.sh Under_steady_load_with_random_faults

reliability: ## Writes the table of docs/reliability.md from what the fault tests measured last
	@eng/reliability.sh

bench: ## Measures speed and cost beside an older commit and the peer, and writes docs/performance; about 10 minutes
	@eng/bench.sh

bench-quick: ## The rows that matter most, one run each; under 2 minutes
	@eng/bench.sh --quick

bench-micro: ## Micro-benchmarks of decoding, encoding, metrics and signing; under 3 minutes
	@eng/bench-micro.sh

bench-sidecar: ## Measures the Sidecar with 64 calls in flight, from Redis and from memory; two minutes
	@eng/bench-sidecar.sh

docs: ## Writes the generated parts of the documentation
	@UPDATE_DOCS=1 eng/test.sh Documentation.Tests

coverage: ## Line and branch coverage of the worker's unit tests, by folder
	@eng/coverage.sh

mutate: ## Changes Messages/ and Caching/ bit by bit to see whether the unit tests notice; an hour
	@eng/mutate.sh

image: ## Builds the container image and its bill of materials; VERSION=1.2.3 sets its tag, ARCH=arm64 its processor
	@eng/image.sh

chart: ## Brings the Helm chart's README and copied files up to date
	@eng/chart.sh
