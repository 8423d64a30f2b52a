# make run      runs the pipeline once, end to end; START=2024-05-31 END=2024-06-02, or DAYS=30; BASE_URL=… for another source
# make run DATASET=coingecko_markets  runs another dataset, from its sample on this machine; ITEM='a b' for some of its items;
#               JOB=hourly for one of its jobs
# make run ENRICH=1  also finds the coordinates of venues and embeds texts, for festvibes search; so do up, demo, images, push-all
# make run LEDGER=off DATASET=bcra_infomondia_series  on a stack without Postgres and Redis, as a deployment without a database
# make run CPU=lambda  does so on functions that have only the share of a CPU that Lambda would give them
# make new-dataset  makes a dataset to change, with a sample that runs: NAME=ferry_crossings KIND=json|csv|feed|xml|spreadsheet|file
# make demo     shows what the product does, on a stack of its own: a run, a changed source, a broken date, the repair
# make up       starts the local stack: Postgres, Redis, AWS with the functions, a sample site
# make down     stops it; the data remain
# make status   shows what is running, and where
# make restart  builds the functions and starts them anew; the data remain
# make logs     shows the end of the functions' logs, by time; of one: NAME=Scraper; of a service: NAME=postgres; FOLLOW=1
# make db-shell opens psql on the stack's database; redis-shell: redis-cli on its Redis
# make release  installs the libraries that are missing, and builds the programs, .build/release/festvibes among them
# make unit     builds and runs the tests that need no service; builds and runs one target's: FILTER=ScraperTests
# make coverage runs them with counters: percent of lines per folder, and every line as HTML in .local/coverage
# make test     builds and runs every test, on a stack of its own
# make chaos    injects faults into runs and checks that nothing is lost: ONLY=postgres, api, concerts, series or enrichment: SEED=2 KILLS=100
# make chaos-selftest  spoils the results of runs in fifty ways, and checks that the chaos suite detects each
# make scale    runs the largest allowed runs, of 366 dates, on functions that have Lambda's share of CPU
# make cases    runs a folder of cases through festvibes try, and compares: DIR=../shared/cases; ONLY=07-csv
# make sanitize runs the tests of code that wraps a C library under AddressSanitizer
# make lint     checks format, scripts, state machine, terraform, Dockerfile, workflows, secrets; lint-quick: the quick part
# make lint-selftest  plants faults in a copy of the repository, and checks that make lint finds each
# make api-test  tests the read API by its OpenAPI document, and abuses it: CASES=1000 of each operation, ONLY=server, function or abuse
# make screens  shows the operators' page of invented days in Chromium, measures it, and keeps the pictures in .local/screens
# make install  installs what is missing: Debian packages, and a Python environment in .local/; with ENRICH=1 also pgvector
# make weights  makes the weights of the embedding model in .local/weights, once; downloads 84 MB
# make hooks    makes git run lint-quick before each commit
# make env-example  writes .env.example from the list of settings in the source
# make dataset-schema  writes the JSON Schema of datasets' definitions, and the tables of their keys, from the code
# make schema-docs  writes the data dictionary into festvibes and Sources/Sinks/Concerts/README.md, from the migrations
# make format   formats the Swift code in place
# make fuzz     fuzzes the parsers of foreign bytes, and runs the robustness tests in full: TARGET=warc RUNS=1000000
# make bench    measures start time, memory, size, scrapes and load times: ONLY=scraper BASELINE=…
# make bench ONLY=catalog  measures 10,000 concerts end to end; REFERENCE=… is a checkout of system 001, whose code takes turns
# make bench ONLY=embedding  compares with sentence-transformers; INSTRUCTIONS=avx2 without AVX-512; ONLY=enrichment: a day
# make bench ONLY=spreadsheet  reads workbooks of 100,000 cells, in turns with xlrd and openpyxl
# make image    builds the container image of one function: FUNC=scraper; ARCH=arm64 or x86_64, default: this machine's
# make image FUNC=festvibes  builds the image of a host without AWS: festvibes run --in-process
# make images   builds the images of all functions; REBUILD=DATE with today's Debian updates; SWIFT_IMAGE=… on another base
# make image-invoke  runs one behind Lambda's emulator on the local stack: FUNC=scraper; EVENT=file or JSON
# make image-check   checks the size, the contents and the work of every image
# make push     builds and pushes one image unless it exists, and records its digest: FUNC=scraper REGISTRY=… STAGE=dev
# make push-all pushes the images of all functions: REGISTRY=…
# make bootstrap  makes what a deployment needs first: bucket of the state, image repositories, GitHub's roles
# make deploy-tools  installs what terraform-apply and smoke need; without credentials in the environment
# make terraform-validate  checks both roots; terraform-test: checks their invariants, offline: TEST=api
# make terraform-plan  shows the changes on AWS, with the images that make push pushed, or else the deployed ones
# make terraform-apply  makes the changes; asks first, except in CI
# make deploy-function  pushes and deploys one function: FUNC=scraper REGISTRY=…; the others stay as they are
# make smoke    tests the deployment: the generator, then a run of one date
# make deploy-local  applies, runs and plans two deployments on a local AWS of their own; undeploy-local destroys them
# make clean    stops everything, and deletes builds and data
#
# STAGE=dev names another deployment in the same account, festvibes-dev: for bootstrap, push, terraform-…, deploy-function, smoke.
# run, up and bench read settings from .env, if it exists: lines NAME=VALUE. Variables that are set already win.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: terraform-init terraform-validate terraform-test terraform-plan terraform-apply smoke deploy-local undeploy-local
.PHONY: bootstrap deploy-function deploy-tools
.PHONY: help run demo up down status logs unit test chaos chaos-selftest scale fuzz sanitize lint format bench clean
.PHONY: install install-libraries release debug debug-tests pins env-example schema-docs dataset-schema image images image-invoke
.PHONY: api-test screens image-check push push-all restart db-shell redis-shell coverage cases new-dataset weights

# .local has passwords, data and logs.
_ := $(shell statemachine/local/private .local)

stack := statemachine/local/stack
test_home := .local/test
second_home := .local/test-replays
homes := $(test_home) $(second_home) .local/demo .local/chaos .local/scale .local/bench .local/deploy .local
run_chaos := .local/venv/bin/python Tests/Chaos/run_chaos.py
run_scale := .local/venv/bin/python Tests/Scale/largest_run.py
# The Swift library is linked statically, as on Lambda; symbols and unused code are removed, identical code is merged. Other
# programs need no names of ours, relocations take 8 KB instead of 1 MB (glibc reads them from 2.36 on), and of the C++
# library, which only Swift's needs, the binary has the parts in use.
static_libraries := .local/static
release_flags := -c release --static-swift-stdlib -Xswiftc -use-ld=lld -Xlinker -s -Xlinker --gc-sections \
  -Xlinker --icf=safe -Xlinker --no-export-dynamic -Xlinker -z -Xlinker pack-relative-relocs \
  -Xlinker -L$(abspath $(static_libraries))
sanitized := --sanitize=address --scratch-path .build/sanitized
covered := --scratch-path .build/coverage
fuzzed := -c release --scratch-path .build/fuzz --product Fuzz -Xswiftc -sanitize=fuzzer,address
swift_sources := Package.swift Sources Tests

# ENRICH=1 adds the function Enricher, and what it needs: pgvector, weights, a geocoder. So does its name.
ENRICH ?=
ifeq ($(FUNC),enricher)
override ENRICH := 1
endif
export ENRICH
# API=1 adds the function ReadAPI. So does its name.
API ?=
ifeq ($(FUNC),read-api)
override API := 1
endif
export API
functions := $(shell API='$(API)' ENRICH='$(ENRICH)' terraform/functions | cut -d ' ' -f 1)

# CPU=lambda limits the functions of the local stack to the CPU that Lambda would give them.
CPU ?=
export CPU

# Settings that would change the results of tests.
without_settings := env -u ENABLE_SCHEDULER -u LEDGER -u BASE_URL -u USER_AGENT -u MIN_LISTING_RATIO -u SHRINK_FLOOR \
  -u GEOCODER -u GEOCODER_URL -u GOOGLE_MAPS_API_KEY -u EMBEDDING_WEIGHTS -u WAIT_DIVISOR
# Settings by which tests find services.
without_services := env -u TEST_PG_DATABASE_URL -u TEST_REDIS_URL -u TEST_REDISS_URL -u TEST_AWS_ENDPOINT_URL \
  -u TEST_SITE_PORT -u TEST_CA_FILE -u TEST_GEOCODER_URL -u STATE_MACHINE_ARN
dotenv := source statemachine/local/dotenv .env

# Filters the tests' output for awk: failures, skipped tests, crashes and the total. A line without a sign at its start
# continues the line before.
test_filter := '/^◇|^✔/ { keep = 0 } /^✘|^➜|^✔ Test run with/ || (/error: / && !/^◇|^✔/) { keep = 1 } \
  keep { print; fflush() }'
# The same, with one line for all skipped tests.
unit_filter := '/^◇|^✔|^➜/ { keep = 0 } /^✘|^✔ Test run with/ || (/error: / && !/^◇|^✔/) { keep = 1 } \
  keep { print; fflush() } /^➜/ { skipped++ } \
  END { if (skipped) printf "%d suites and tests were skipped because they need services or tools; make test runs them\n", skipped }'

# The deployment's name, the prefix of all its names on AWS.
deployment := $(or $(DEPLOYMENT),festvibes$(if $(STAGE),-$(STAGE)))
$(if $(STAGE),$(if $(filter %-$(STAGE),$(deployment)),,$(error DEPLOYMENT=$(DEPLOYMENT) is not of the STAGE $(STAGE): give one of them)))
export DEPLOYMENT := $(deployment)

DAYS ?= 7
DATASET ?= wwoz
# A dataset without dates has no number of days: it runs its whole plan.
days = $(if $(filter-out wwoz,$(DATASET)),$(if $(filter-out file,$(origin DAYS)),--days $(DAYS)),$(if $(ITEM),,--days $(DAYS)))
range = $(if $(START),--start $(START) --end $(or $(END),$(START)),$(if $(END),$(error END=$(END) needs START, the first date))$(days)) \
  $(addprefix --item ,$(ITEM)) $(addprefix --job ,$(JOB)) $(if $(filter-out wwoz,$(DATASET)),--dataset $(DATASET))
# The stack has stand-ins for the sources of some datasets.
export DATASET
# LEDGER=off: a stack without Postgres and Redis, for datasets that need no database.
LEDGER ?=
export LEDGER

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

run: up
	@$(dotenv); source .local/env; status=0; \
	FESTVIBES_COMMAND='source .local/env && .build/release/festvibes' \
	.build/release/festvibes run $(range) || status=$$?; \
	day=$(or $(START),$$(TZ=America/Chicago date +%F)); \
	[ $$status -gt 1 ] || printf '%s\n' '' 'To look at the data:' '' '  source .local/env' \
	  $(if $(filter-out wwoz,$(DATASET)),"  .build/release/festvibes show $(DATASET)"\
	  $(if $(filter off,$(LEDGER)),,"  .build/release/festvibes status --dataset $(DATASET)"),\
	  "  .build/release/festvibes show $$day" \
	  '  psql "$$PG_DATABASE_URL" -c "select event_date, count(*) from events group by 1 order by 1"'); \
	exit $$status

# As variables of the shell: no text of theirs is read as a command.
new-dataset: export NAME := $(NAME)
new-dataset: export KIND := $(KIND)
new-dataset:
	@statemachine/local/new-dataset "$$NAME" "$$KIND"

demo: install release
	@trap '$(stack) --home .local/demo clean >/dev/null' EXIT; \
	$(without_settings) $(stack) --home .local/demo up --without-site; \
	statemachine/local/demo --home .local/demo --bin .build/release

up: install release
	@$(dotenv); $(stack) up

down:
	@for home in $(homes); do [ ! -d $$home ] || $(stack) --home $$home down; done

status:
	@$(stack) status

# FOLLOW=1 shows new lines until Ctrl-C.
logs:
	@$(stack) logs $(NAME) $(if $(FOLLOW),--follow)

restart: release
	@$(dotenv); $(stack) up
	@$(stack) restart

db-shell:
	@$(stack) shell postgres

redis-shell:
	@$(stack) shell redis

# Integration and StateMachine start programs of the local stack, the other two suites a server of the captured site.
# With FILTER=ScraperTests, only that test target and what it uses are built and linked; a suite's name works, too:
# FILTER=ScraperTests.ReplayTests. TESTS, which Package.swift reads, leaves the other test targets out.
unit_skips := --skip '^(Integration|StateMachine)Tests' --skip 'SharedRunTests|CapturedSiteTests'
unit: export TESTS := $(firstword $(subst ., ,$(FILTER)))
unit: $(if $(FILTER),debug-tests,debug)
	@$(without_services) swift test --skip-build --disable-xctest $(if $(FILTER),--filter '^$(FILTER)') $(unit_skips) \
	  2>&1 | awk $(unit_filter)

# The same tests, with counters in the code: a build of its own. The report of every line is in .local/coverage.
coverage: export TESTS := $(firstword $(subst ., ,$(FILTER)))
coverage: install-libraries pins
	$(call build,swift build $(if $(FILTER),--product festvibes-etlPackageTests,--build-tests) --enable-code-coverage $(covered))
	@$(without_services) swift test --skip-build --disable-xctest --enable-code-coverage $(covered) \
	  $(if $(FILTER),--filter '^$(FILTER)') $(unit_skips) 2>&1 | awk $(unit_filter)
	@.ci/coverage .build/coverage .local/coverage

# Eight processes, because a test that waits keeps one of the two threads that its process has: the runs of the stack's own
# functions, which empty its database; the replays and then the chaos, which do so too, on a second stack; the runs of
# datasets with functions and databases of their own, in two; the tests of the command line; the others that start
# programs; and all others, in two, which leave these the processor, since they wait more than they compute.
run_tests := ^IntegrationTests\.RunTests
replays := $(run_tests)/ReplayTests
trigger_runs := $(run_tests)/(Expectation|Schedule|Trigger)RunTests
dataset_runs := $(run_tests)/((Item|Lock)RunTests|CredentialsTests)
command_tests := ^festvibesTests
program_tests := ^(Integration|StateMachine|festvibes)Tests
first_half := ^[A-L]
# Started as `swift test` starts it, of which two cannot be at work at once: they lock the build's database.
test_bundle := .build/debug/festvibes-etlPackageTests.xctest
# Divides the state machine's waits before retries, of 2 to 30 s, for the runs. The chaos has those of AWS, in which its
# outages are to pass.
WAIT_DIVISOR ?= 10
test: export PG_DATA_MAY_BE_LOST := true
test: export API := 1
test: export ENRICH := 1
test: install debug
	@trap '$(stack) --home $(test_home) clean & $(stack) --home $(second_home) clean; wait $$!' EXIT; \
	up() { $(without_settings) WAIT_DIVISOR="$$2" $(stack) --home "$$1" --bin .build/debug up --without-site; }; \
	part() { \
	  NO_COLOR=1 nice -n $$1 $(test_bundle) --testing-library swift-testing "$${@:2}" 2>&1 | awk $(test_filter); \
	}; \
	second() { \
	  up $(second_home) '$(WAIT_DIVISOR)'; \
	  (source $(second_home)/env; part 0 --filter '$(replays)'); \
	  up $(second_home) 1; \
	  $(run_chaos) --home $(second_home) --bin .build/debug --short; \
	}; \
	up $(test_home) '$(WAIT_DIVISOR)'; \
	second & parts=$$!; \
	source $(test_home)/env; \
	part 0 --filter '$(run_tests)' --skip '$(replays)|$(trigger_runs)|$(dataset_runs)' & parts+=" $$!"; \
	part 0 --filter '$(trigger_runs)' & parts+=" $$!"; \
	part 0 --filter '$(dataset_runs)' & parts+=" $$!"; \
	part 0 --filter '$(program_tests)' --skip '$(run_tests)|$(command_tests)' & parts+=" $$!"; \
	part 0 --filter '$(command_tests)' & parts+=" $$!"; \
	part 5 --filter '$(first_half)' --skip '$(program_tests)' & parts+=" $$!"; \
	part 5 --skip '$(first_half)|$(program_tests)' & parts+=" $$!"; \
	status=0; \
	for part in $$parts; do wait $$part || status=1; done; \
	exit $$status

chaos chaos-selftest: export CLOCKS := shifted
chaos chaos-selftest: export API := 1
chaos chaos-selftest: export ENRICH := 1
chaos chaos-selftest: install release
	@trap '$(stack) --home .local/chaos clean' EXIT; \
	$(without_settings) $(stack) --home .local/chaos up --without-site; \
	$(run_chaos) --home .local/chaos $(if $(filter %-selftest,$@),--selftest) $(if $(ONLY),--only '$(ONLY)') \
	  $(if $(SEED),--seed $(SEED)) $(if $(KILLS),--kills $(KILLS))

cases: install-libraries pins
	$(if $(DIR),,$(error DIR is missing: make cases DIR=the folder that has compare, and a folder for each topic))
	$(call build,swift build --product festvibes)
	@Tests/Cases/run_cases.py '$(DIR)' --festvibes .build/debug/festvibes $(if $(ONLY),--only '$(ONLY)')

# schemathesis has an environment of its own: it needs other versions than the local AWS.
api_client := .local/api-client
# Beside WWOZ's events the API reads items, series and rejected records. The run of the last dataset is partial, with
# status 1: two records of its sample are rejected.
api_datasets := sample_products coingecko_markets news_feed bcra_infomondia_series
api_rejecting := indec_ipc
CASES ?= 300
screens: export TESTS := OperationsPageTests
screens: debug-tests
	@statemachine/local/install --screens
	@mkdir -p .local/screens
	@$(without_services) SCREENS=$(CURDIR)/.local/screens swift test --skip-build --disable-xctest \
	  --filter '^OperationsPageTests.ScreenTests' 2>&1 | awk $(unit_filter)

api-test: export API := 1
api-test: install release
	@python3 -m venv $(api_client)
	@$(api_client)/bin/python -m pip --quiet --disable-pip-version-check install --no-deps --require-hashes --only-binary :all: \
	  --requirement Tests/API/Client/requirements.txt
	@trap '$(stack) --home .local/api clean' EXIT; \
	$(without_settings) $(stack) --home .local/api up; \
	source .local/api/env; \
	.build/release/festvibes run --days 2; \
	for dataset in $(api_datasets); do .build/release/festvibes run --dataset $$dataset; done; \
	.build/release/festvibes run --dataset $(api_rejecting) || [ $$? = 1 ]; \
	.build/release/festvibes migrate --api; \
	$(api_client)/bin/python Tests/API/Client/api_test.py --bin .build/release --cases $(CASES) \
	  $(if $(filter file,$(origin CASES)),--least 10000) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only '$(ONLY)')

scale: export CPU := lambda
scale: install release
	@trap '$(stack) --home .local/scale clean' EXIT; \
	$(without_settings) $(stack) --home .local/scale up --without-site; \
	source .local/scale/env; \
	$(run_scale) --home .local/scale --bin .build/release

# Leak detection is off: Foundation's Process, which tests use, leaks.
sanitize: install weights
	$(call build,swift build --build-tests $(sanitized))
	@trap '$(stack) --home $(test_home) clean' EXIT; \
	$(stack) --home $(test_home) up --without-functions --without-site; \
	source $(test_home)/env; \
	ASAN_OPTIONS=detect_leaks=0 swift test --skip-build --disable-xctest $(sanitized) \
	  --filter '^(AWS|CSVParser|Compression|Embedding|Encodings|Expectations|FeedParser|Fetching|FileReader|Fuzz|HTTP|HTTPExtractor|JQ|JSON|JSONParser|LambdaRuntime|Markup|Postgres|Redis|Scraper|Similarity|Spreadsheet|Time|WARC|WWOZExtractor|XMLParser|YAML)Tests' \
	  2>&1 | awk $(test_filter)

# An input that finds a fault is stored in .local/fuzz; move it to Tests/Fuzz/Tests/Seeds, which make test reads.
# Without TARGET the robustness tests run in full too.
RUNS ?= 1000000
fuzz_targets := html encoding body csv document events headers http address normalize warc redis xml table definition json jq xmlRecords feed wod words censusRows xls xlsx series
fuzz: install $(if $(TARGET),,debug)
	$(if $(TARGET),,@FULL_ROBUSTNESS=1 $(without_services) swift test --skip-build --disable-xctest --filter Robustness \
	  2>&1 | awk $(test_filter))
	$(call build,FUZZ=1 swift build $(fuzzed))
	@for target in $(or $(TARGET),$(fuzz_targets)); do \
	  mkdir -p .local/fuzz/$$target; \
	  FUZZ_TARGET=$$target SWIFT_BACKTRACE=enable=no .build/fuzz/release/Fuzz -runs=$(RUNS) -seed=1 -max_len=4096 -timeout=10 \
	    -rss_limit_mb=1024 -print_final_stats=1 -verbosity=0 -artifact_prefix=.local/fuzz/$$target- \
	    -dict=Tests/Fuzz/Dictionaries/$$target \
	    .local/fuzz/$$target Tests/Fuzz/Tests/Seeds/$$target; \
	done

format:
	@swift format --in-place --recursive $(swift_sources)

# sentence-transformers has a Python environment of its own: it takes a gigabyte.
compared := .local/sentence-transformers
pip_install = $(1)/bin/python -m pip --quiet --disable-pip-version-check install --no-deps --require-hashes --only-binary :all: \
  $(foreach name,$(2),--requirement Tests/Benchmarks/$(name).txt)

ifeq ($(ONLY),embedding)
bench: release weights
	@python3 -m venv $(compared)
	@$(call pip_install,$(compared),embedding-requirements)
	@ONLY=embedding $(if $(INSTRUCTIONS),INSTRUCTIONS=$(INSTRUCTIONS)) .build/release/Benchmarks
else ifeq ($(ONLY),spreadsheet)
bench: install release
	@ONLY=spreadsheet .build/release/Benchmarks
else ifeq ($(ONLY),api)
# A checkout of system 003, whose code has a Python environment of its own.
REFERENCE ?=
legacy := .local/legacy-api
bench: install release
	$(call pip_install,.local/venv,requirements)
	$(if $(REFERENCE),@python3 -m venv $(legacy); $(call pip_install,$(legacy),api-requirements))
	@$(without_settings) .local/venv/bin/python Tests/Benchmarks/api.py --home .local/bench --bin .build/release \
	  $(if $(REFERENCE),--reference '$(REFERENCE)' --python $(legacy)/bin/python)
else ifeq ($(ONLY),catalog)
# A checkout of system 001, whose code has a Python environment of its own.
REFERENCE ?=
legacy := .local/legacy-ingestion
bench: install release
	$(if $(REFERENCE),@python3 -m venv $(legacy); $(call pip_install,$(legacy),catalog-requirements))
	@$(without_settings) .local/venv/bin/python Tests/Benchmarks/catalog.py --home .local/bench --bin .build/release \
	  $(if $(REFERENCE),--reference '$(REFERENCE)' --python $(legacy)/bin/python)
else
ifeq ($(ONLY),enrichment)
override ENRICH := 1
endif
bench: up
	@$(call pip_install,.local/venv,requirements)
	$(if $(filter enrichment,$(ONLY)),@python3 -m venv $(compared); $(call pip_install,$(compared),embedding-requirements requirements))
	@$(dotenv); source .local/env; $(if $(ONLY),ONLY=$(ONLY)) $(if $(BASELINE),BASELINE_BINARIES=$(BASELINE)) .build/release/Benchmarks
endif

# ---- images

DOCKER ?= docker
ARCH ?= $(patsubst aarch64,arm64,$(shell uname -m))
platform = $(or $(if $(filter arm64,$(ARCH)),linux/arm64),$(if $(filter x86_64,$(ARCH)),linux/amd64),\
  $(error ARCH is arm64 or x86_64, not '$(ARCH)'))
# The version of git's tags if it is a valid tag for docker and a single word for the shell, else the commit. Computed at
# its first use. A rebuild of the same commit is a version of its own.
REBUILD ?=
VERSION = $(eval VERSION := $$(shell git describe --tags --always --dirty --abbrev=12 | \
  grep -xE '[A-Za-z0-9_][A-Za-z0-9_.-]{0,100}' || git describe --exclude '*' --always --dirty --abbrev=12)$(REBUILD:%=-%))$(VERSION)
func = $(or $(filter $(functions),$(FUNC)),$(error FUNC is one of: $(functions) $(filter-out $(functions),enricher read-api)))
# An image is that of a function, or of a host without AWS.
image_name = $(or $(filter $(functions) festvibes,$(FUNC)),\
  $(error FUNC is one of: $(functions) $(filter-out $(functions),enricher read-api) festvibes))
host_image = $(filter festvibes,$(1))
# The enricher's image has the weights below its binary.
enricher_image = $(filter enricher,$(1))
# Without attestations: they make a push create a list of images, which Lambda refuses.
docker_build = DOCKER_BUILDKIT=1 BUILDX_NO_DEFAULT_ATTESTATIONS=1 $(DOCKER) build --platform $(platform) \
  --build-arg VERSION='$(VERSION)' --build-arg REVISION=$$(git rev-parse HEAD) --target $(if $(host_image),host --build-arg HOST=true,function) \
  $(if $(filter 1,$(API)),--build-arg API=1) $(if $(filter 1,$(ENRICH)),--build-arg ENRICH=1) $(if $(enricher_image),--build-arg BASE=embedding) \
  --build-arg REBUILD='$(REBUILD)' $(if $(SWIFT_IMAGE),--build-arg SWIFT_IMAGE='$(SWIFT_IMAGE)') \
  --build-arg FUNCTION=$(1) --tag 'festvibes-$(1):$(VERSION)' .
export DOCKER
# A base image that was made on this machine has no digest: it is used by its name, and named.
SWIFT_IMAGE ?= $(eval SWIFT_IMAGE := $$(shell $(DOCKER) image inspect --format '{{len .RepoDigests}}' swift:6.3-bookworm \
  2>/dev/null | sed -n 's/^0$$$$/swift:6.3-bookworm/p'))$(SWIFT_IMAGE)
base_message = $(if $(SWIFT_IMAGE),@echo 'base image: $(SWIFT_IMAGE) of this machine instead of the digest in the Dockerfile')

image:
	$(base_message)
	$(call build,$(call docker_build,$(image_name)))

images:
	$(base_message)
	$(call build,{ $(foreach name,$(functions),$(call docker_build,$(name)) &&) true; })

image-invoke: install image
	@$(stack) up
	@.local/venv/bin/python Tests/Images/image_invoke.py --tag '$(VERSION)' $(func) $${EVENT:+"$$EVENT"}

image-check: install images
	@$(stack) up
	@.local/venv/bin/python Tests/Images/image_check.py --tag '$(VERSION)' $(if $(SWIFT_IMAGE),--base '$(SWIFT_IMAGE)')

registry = $(or $(REGISTRY),$(error REGISTRY is missing: export REGISTRY=$$(terraform/run bootstrap-output -raw registry)))
DIGESTS ?= .local/images/$(deployment)
push = .ci/push_image.py $(1) '$(ARCH)' '$(registry)' '$(VERSION)' \
  '$(deployment)' '$(DIGESTS)' $(if $(REBUILD),--rebuild '$(REBUILD)')
push:
	@$(call push,$(image_name))

push-all:
	@$(foreach name,$(functions),$(call push,$(name)) &&) true

clean:
	@for home in $(homes); do [ ! -d $$home ] || $(stack) --home $$home clean; done
	@rm -rf .build .local

# ---- terraform

terraform-init terraform-validate terraform-plan terraform-apply bootstrap:
	@terraform/run $(@:terraform-%=%)

terraform-test:
	@terraform/run test $(TEST)
	@python3 -m unittest discover --quiet --start-directory terraform/tests --pattern '*_test.py'

deploy-function:
	@terraform/run deploy-function $(func)

# It installs nothing: whoever can change a package could use the credentials that it runs with.
smoke:
	@[ -x $(deploy_tools) ] || { echo 'smoke: boto3 is missing: run make deploy-tools first, without credentials in the environment' >&2; exit 1; }
	@terraform/run output -json | $(deploy_tools) terraform/smoke.py

deploy_tools := .local/deploy-tools/bin/python
deploy-tools:
	@! env | grep -E '^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|WEB_IDENTITY_TOKEN_FILE|SHARED_CREDENTIALS_FILE|(DEFAULT_)?PROFILE|CONTAINER_CREDENTIALS_(FULL|RELATIVE)_URI)=.' >/dev/null || \
	  { echo 'deploy-tools: packages are not installed while credentials are in the environment: unset AWS_ACCESS_KEY_ID, AWS_PROFILE and so on' >&2; exit 1; }
	@python3 -m venv .local/deploy-tools
	@$(deploy_tools) -m pip --disable-pip-version-check install --quiet --require-hashes --only-binary :all: \
	  --requirement terraform/requirements.txt

deploy-local: install release
	@.local/venv/bin/python terraform/local/deploy.py up

undeploy-local:
	@.local/venv/bin/python terraform/local/deploy.py down

install:
	@statemachine/local/install

weights:
	@statemachine/local/install --weights

install-libraries:
	@statemachine/local/install --libraries

# Shows how far the command is, and its errors if it fails. The whole output is in .local/logs/build.log.
define build
	@.ci/building bash -c '$(subst ','\'',$(1))'
endef

release: install-libraries pins
	@mkdir -p $(static_libraries) && ln -sf "$$(clang -print-file-name=libstdc++.a)" $(static_libraries)
	$(call build,swift build $(release_flags))

debug: install-libraries pins
	$(call build,swift build --build-tests)

# The one bundle of the tests that TESTS leaves in.
debug-tests: install-libraries pins
	$(call build,swift build --product festvibes-etlPackageTests)

# The recorded revisions of Swift packages.
pins:
	@.ci/pins

# By way of another file: a command that fails leaves the old one.
env-example: install-libraries
	$(call build,swift build --product festvibes)
	@.build/debug/festvibes env-example >.env.example.new
	@mv .env.example.new .env.example

# A test reads the database, and writes the files instead of comparing them.
schema-docs: install debug
	@trap '$(stack) --home $(test_home) clean' EXIT; \
	$(stack) --home $(test_home) up --without-functions --without-site; \
	source $(test_home)/env; \
	UPDATE_SCHEMA=1 swift test --skip-build --disable-xctest --filter DataDictionaryTests 2>&1 | awk $(test_filter)

# Writes the JSON Schema of the datasets' definitions, and the tables of their keys into statemachine/datasets/README.md.
dataset-schema: export TESTS := festvibesTests
dataset-schema: debug-tests
	@UPDATE_SCHEMA=1 $(without_services) swift test --skip-build --disable-xctest --filter DefinitionFileTests 2>&1 | awk $(test_filter)

# ---- lint, and targets for the workflows

.PHONY: lint-quick lint-tools lint-selftest hooks registry-login terraform-settings

lint: lint-tools
	@.ci/lint

lint-quick: lint-tools
	@.ci/lint --quick

lint-tools:
	@statemachine/local/install --lint

lint-selftest: lint-tools
	@.ci/lint-selftest

hooks: lint-tools
	@.local/lint/bin/pre-commit install

# The registry's name contains its region: ACCOUNT.dkr.ecr.REGION.amazonaws.com.
registry-login:
	@aws ecr get-login-password --region '$(word 4,$(subst ., ,$(REGISTRY)))' | \
	  $(DOCKER) login --username AWS --password-stdin '$(registry)'

# Writes the two files that are not in the repository from the workflows' variables.
terraform-settings:
	@[ -z "$${TERRAFORM_BACKEND:-}" ] || printf '%s\n' "$$TERRAFORM_BACKEND" >terraform/$(deployment).backend.hcl
	@[ -z "$${TERRAFORM_TFVARS:-}" ] || printf '%s\n' "$$TERRAFORM_TFVARS" >terraform/$(deployment).tfvars
