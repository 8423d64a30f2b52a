# make run      one night, end to end; START=2024-05-31 END=2024-06-02, or DAYS=30; BASE_URL=… for another source
# make up       starts the local stack: Postgres, Redis, AWS with the four functions, a sample site
# make down     stops it; the data stay
# make status   what runs, and where
# make logs     the end of every log, or of one: NAME=Scraper
# make test     builds and runs every test, on a stack of its own
# make sanitize runs the tests of what wraps a C library under AddressSanitizer
# make lint     checks format and scripts
# make format   formats the Swift code in place
# make bench    measures what the project promises
# make clean    stops everything and removes what was built, and the data

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help run up down status logs test sanitize lint format bench clean install release debug

stack := statemachine/local/stack
test_home := .local/test
# Swift's library goes into the binaries, as on Lambda; symbols and code that nothing calls stay out.
release_flags := -c release --static-swift-stdlib -Xlinker -s -Xlinker --gc-sections
sanitized := --sanitize=address --scratch-path .build/sanitized
swift_sources := Package.swift Sources Tests
scripts := statemachine/local/install .ci/run

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
	  '  psql "$$PG_DATABASE_URL" -c "select event_date, count(*) from events group by 1 order by 1"' \
	  "  redis-cli -u \"\$$REDIS_URL\" --no-auth-warning get events:$$day"; \
	exit $$status

up: install release
	@$(stack) up

down:
	@for home in $(test_home) .local; do [ ! -d $$home ] || $(stack) --home $$home down; done

status:
	@$(stack) status

logs:
	@$(stack) logs $(NAME)

test: install debug
	@trap '$(stack) --home $(test_home) clean' EXIT; \
	env -u BASE_URL -u USER_AGENT $(stack) --home $(test_home) --bin .build/debug up --without-site; \
	source $(test_home)/env; \
	swift test --skip-build --disable-xctest 2>&1 | awk $(news)

# Leaks are left out: Foundation's Process, which tests use, has some of its own.
sanitize: install
	$(call build,swift build --build-tests $(sanitized))
	@trap '$(stack) --home $(test_home) clean' EXIT; \
	$(stack) --home $(test_home) up --only services; \
	source $(test_home)/env; \
	ASAN_OPTIONS=detect_leaks=0 swift test --skip-build --disable-xctest $(sanitized) \
	  --filter '^(AWS|HTTP|LambdaRuntime|Markup|Postgres|Redis|Scraper|Time|WARC)Tests' 2>&1 | awk $(news)

lint:
	@swift format lint --strict --recursive $(swift_sources)
	@bash -n $(scripts)
	@if command -v shellcheck >/dev/null; then shellcheck $(scripts); fi
	@find statemachine -name '*.py' -print0 | xargs -0 /usr/bin/python3 -c \
	  'import sys; [compile(open(path, encoding="utf-8").read(), path, "exec") for path in sys.argv[1:]]' $(stack)

format:
	@swift format --in-place --recursive $(swift_sources)

bench: up
	@source .local/env; .build/release/Benchmarks

clean:
	@for home in $(test_home) .local; do [ ! -d $$home ] || $(stack) --home $$home clean; done
	@rm -rf .build .local

install:
	@statemachine/local/install

# The compiler's output goes to a log; of a failure the errors are shown.
define build
	@mkdir -p .local/logs; printf 'building… '; start=$$SECONDS; \
	if $(1) >.local/logs/build.log 2>&1; then echo "$$((SECONDS - start)) s"; else \
	  echo 'failed; all of it is in .local/logs/build.log'; \
	  grep -E '^[^ ]*:? ?error:' .local/logs/build.log || tail -n 40 .local/logs/build.log; \
	  exit 1; \
	fi
endef

release:
	$(call build,swift build $(release_flags))

debug:
	$(call build,swift build --build-tests)
