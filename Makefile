.DEFAULT_GOAL := help
.PHONY: help demo test test-faults docs image chart

help: ## Lists the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

demo: ## Runs the main job before your eyes; KEEP=1 leaves it running
	@eng/demo.sh

test: ## Runs every test, with the fast versions of the fault tests
	@eng/test.sh

test-faults: ## Runs every test, the fault tests in full length
	@FAULTS=full eng/test.sh

docs: ## Writes the generated parts of the documentation
	@UPDATE_DOCS=1 eng/test.sh Documentation.Tests

image: ## Builds the container image; VERSION=1.2.3 sets its tag
	@eng/image.sh

chart: ## Brings the Helm chart's README and copied files up to date
	@eng/chart.sh
