# make run      one night, end to end; START=2024-05-31 END=2024-06-02, or DAYS=30; BASE_URL=… for another source
# make up       starts the local stack: Postgres, Redis, AWS with the four functions, a sample site
# make down     stops it; the data stay
# make status   what runs, and where
# make logs     the end of every log, or of one: NAME=Scraper
# make test     builds and runs every test, on a stack of its own
# make chaos    kills, cuts and starves nights, and looks for what is lost: ONLY=postgres SEED=2 KILLS=100
# make chaos-selftest  spoils what a night left in fifteen ways, and expects each to be found
# make sanitize runs the tests of what wraps a C library under AddressSanitizer
# make lint     checks format, scripts, state machine, terraform, Dockerfile, workflows, secrets; lint-quick: the quick part
# make hooks    has git run lint-quick before each commit
# make format   formats the Swift code in place
# make fuzz     feeds garbage to what reads foreign bytes: TARGET=warc (else all of them) RUNS=1000000
# make bench    measures what the project promises
# make image    builds the container image of one function: FUNC=scraper; ARCH=arm64 or x86_64, default: this machine's
# make images   builds all four
# make image-invoke  runs one behind Lambda's emulator on the local stack: FUNC=scraper; EVENT=file or JSON
# make image-check   tries what is promised of the four images
# make push     builds and pushes one, if it is not there yet, and notes its digest: FUNC=scraper REGISTRY=…
# make terraform-validate  checks both roots; terraform-test: what must never slip, offline
# make terraform-plan  what would change on AWS, with the images that make push pushed, or else those that are deployed
# make terraform-apply  changes it; asks first, but not in CI
# make smoke    tries what is deployed: the generator, then a run of one date
# make deploy-local  the whole deployment on a local AWS of its own, applied, run and planned again; undeploy-local ends it
# make clean    stops everything and removes what was built, and the data

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: terraform-init terraform-validate terraform-test terraform-plan terraform-apply smoke deploy-local undeploy-local
.PHONY: help run up down status logs test chaos chaos-selftest fuzz sanitize lint format bench clean install release debug
.PHONY: image images image-invoke image-check push

stack := statemachine/local/stack
test_home := .local/test
run_chaos := .local/venv/bin/python statemachine/local/run_chaos.py
# Swift's library goes into the binaries, as on Lambda; symbols and code that nothing calls stay out.
release_flags := -c release --static-swift-stdlib -Xlinker -s -Xlinker --gc-sections
sanitized := --sanitize=address --scratch-path .build/sanitized
fuzzed := -c release --scratch-path .build/fuzz --product Fuzz -Xswiftc -sanitize=fuzzer,address
swift_sources := Package.swift Sources Tests

# Of the tests' output: failures, skips, crashes and the sum. A line that begins with no sign belongs to the one before.
news := '/^◇|^✔/ { keep = 0 } /^✘|^➜|^✔ Test run with/ || (/error: / && !/^◇|^✔/) { keep = 1 } keep { print; fflush() }'

DAYS ?= 7
range = $(if $(START),--start $(START) --end $(or $(END),$(START)),--days $(DAYS))

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

run: up
	@source .local/env; status=0; .build/release/festvibes run $(range) || status=$$?; \
	day=$(or $(START),$$(TZ=America/Chicago date +%F)); \
	printf '%s\n' '' 'To look at the data:  source .local/env  and, for example' \
	  "  .build/release/festvibes show $$day" \
	  '  psql "$$PG_DATABASE_URL" -c "select event_date, count(*) from events group by 1 order by 1"'; \
	exit $$status

up: install release
	@$(stack) up

down:
	@for home in $(test_home) .local/chaos .local/deploy .local; do [ ! -d $$home ] || $(stack) --home $$home down; done

status:
	@$(stack) status

logs:
	@$(stack) logs $(NAME)

test: install debug
	@trap '$(stack) --home $(test_home) clean' EXIT; \
	env -u BASE_URL -u USER_AGENT -u SHRINK_FLOOR $(stack) --home $(test_home) --bin .build/debug up --without-site; \
	source $(test_home)/env; \
	swift test --skip-build --disable-xctest 2>&1 | awk $(news); \
	$(run_chaos) --home $(test_home) --bin .build/debug --short

chaos chaos-selftest: install release
	@trap '$(stack) --home .local/chaos clean' EXIT; \
	env -u BASE_URL -u USER_AGENT -u SHRINK_FLOOR $(stack) --home .local/chaos up --without-site; \
	$(run_chaos) --home .local/chaos $(if $(filter %-selftest,$@),--selftest) $(if $(ONLY),--only '$(ONLY)') \
	  $(if $(SEED),--seed $(SEED)) $(if $(KILLS),--kills $(KILLS))

# Leaks are left out: Foundation's Process, which tests use, has some of its own.
sanitize: install
	$(call build,swift build --build-tests $(sanitized))
	@trap '$(stack) --home $(test_home) clean' EXIT; \
	$(stack) --home $(test_home) up --without-functions --without-site; \
	source $(test_home)/env; \
	ASAN_OPTIONS=detect_leaks=0 swift test --skip-build --disable-xctest $(sanitized) \
	  --filter '^(AWS|Fuzz|HTTP|LambdaRuntime|Markup|Postgres|Redis|Scraper|Time|WARC)Tests' 2>&1 | awk $(news)

# What finds something leaves its input in .local/fuzz; it belongs into Tests/Fuzz/Tests/Seeds then, which make test reads.
RUNS ?= 1000000
# A page is shorter than the others, as libxml2 takes time with it and tells the fuzzer nothing of its branches.
fuzz_targets := html document events headers warc redis
fuzz: install
	$(call build,FUZZ=1 swift build $(fuzzed))
	@for target in $(or $(TARGET),$(fuzz_targets)); do \
	  mkdir -p .local/fuzz/$$target; max_len=4096; [ $$target != html ] || max_len=1024; \
	  FUZZ_TARGET=$$target SWIFT_BACKTRACE=enable=no .build/fuzz/release/Fuzz -runs=$(RUNS) -seed=1 -max_len=$$max_len -timeout=10 \
	    -rss_limit_mb=1024 -print_final_stats=1 -verbosity=0 -artifact_prefix=.local/fuzz/$$target- \
	    -dict=Tests/Fuzz/Dictionaries/$$target \
	    .local/fuzz/$$target Tests/Fuzz/Tests/Seeds/$$target; \
	done

format:
	@swift format --in-place --recursive $(swift_sources)

bench: up
	@source .local/env; .build/release/Benchmarks

# ---- images

DOCKER ?= docker
ARCH ?= $(patsubst aarch64,arm64,$(shell uname -m))
platform = $(or $(if $(filter arm64,$(ARCH)),linux/arm64),$(if $(filter x86_64,$(ARCH)),linux/amd64),\
  $(error ARCH is arm64 or x86_64, not '$(ARCH)'))
# What the tags say, if docker takes it as a tag and the shell as a word; else the commit. Asked once, and only when needed.
VERSION = $(eval VERSION := $$(shell git describe --tags --always --dirty --abbrev=12 | \
  grep -xE '[A-Za-z0-9_][A-Za-z0-9_.-]{0,100}' || git describe --exclude '*' --always --dirty --abbrev=12))$(VERSION)
functions := date-range-generator scraper loader cache-manager
func = $(or $(filter $(functions),$(FUNC)),$(error FUNC is one of: $(functions)))
# Without attestations: with them a push makes a list of images, which Lambda refuses.
docker_build = DOCKER_BUILDKIT=1 BUILDX_NO_DEFAULT_ATTESTATIONS=1 $(DOCKER) build --platform $(platform) \
  --build-arg VERSION='$(VERSION)' --build-arg REVISION=$$(git rev-parse HEAD) --target $(1) \
  --tag 'festvibes-$(1):$(VERSION)' .
export DOCKER

image:
	$(call build,$(call docker_build,$(func)))

images:
	$(call build,{ $(foreach name,$(functions),$(call docker_build,$(name)) &&) true; })

image-invoke: install image
	@$(stack) up
	@.local/venv/bin/python statemachine/local/image_invoke.py --tag '$(VERSION)' $(func) $${EVENT:+"$$EVENT"}

image-check: install images
	@$(stack) up
	@.local/venv/bin/python statemachine/local/image_check.py --tag '$(VERSION)'

push:
	@.ci/push_image.py $(func) '$(ARCH)' '$(or $(REGISTRY),$(error REGISTRY is missing))' '$(VERSION)'

clean:
	@for home in $(test_home) .local/chaos .local/deploy .local; do [ ! -d $$home ] || $(stack) --home $$home clean; done
	@rm -rf .build .local

# ---- terraform

terraform-init terraform-validate terraform-test terraform-plan terraform-apply:
	@terraform/run $(@:terraform-%=%)

smoke: .local/smoke/bin/python
	@terraform/tf -chdir=terraform output -json | $< terraform/smoke.py

.local/smoke/bin/python: statemachine/local/requirements.txt
	@python3 -m venv .local/smoke
	@.local/smoke/bin/pip --disable-pip-version-check install --quiet --constraint $< boto3
	@touch $@

deploy-local: install release
	@.local/venv/bin/python terraform/local/deploy.py up

undeploy-local:
	@.local/venv/bin/python terraform/local/deploy.py down

install:
	@statemachine/local/install

# The compiler's output goes to a log; of a failure the errors are shown, the compiler's and BuildKit's, and in CI all of it.
define build
	@mkdir -p .local/logs; printf 'building… '; start=$$SECONDS; \
	if $(1) >.local/logs/build.log 2>&1; then echo "$$((SECONDS - start)) s"; else \
	  echo 'failed; all of it is in .local/logs/build.log'; \
	  $(if $(CI),cat,grep -E '^(#[0-9]+ )?([0-9.]+ )?([^ ]+: )?(fatal )?(error|ERROR|E):') .local/logs/build.log || \
	    tail -n 40 .local/logs/build.log; \
	  exit 1; \
	fi
endef

release:
	$(call build,swift build $(release_flags))

debug:
	$(call build,swift build --build-tests)

# ---- lint, and what only the workflows need

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

# ACCOUNT.dkr.ecr.REGION.amazonaws.com says its region itself.
registry-login:
	@aws ecr get-login-password --region '$(word 4,$(subst ., ,$(REGISTRY)))' | \
	  $(DOCKER) login --username AWS --password-stdin '$(or $(REGISTRY),$(error REGISTRY is missing))'

# The two files that are not in the repository, out of the workflows' variables.
terraform-settings:
	@[ -z "$${TERRAFORM_BACKEND:-}" ] || printf '%s\n' "$$TERRAFORM_BACKEND" >terraform/backend.hcl
	@[ -z "$${TERRAFORM_TFVARS:-}" ] || printf '%s\n' "$$TERRAFORM_TFVARS" >terraform/terraform.tfvars
