# The four functions as Lambda images, a target for each: date-range-generator, scraper, loader, cache-manager.
# An image holds one binary, the shared objects that it loads, the time zones and the certificate authorities; it has no
# shell and no package manager, runs as nobody in particular, and writes nothing. `make image FUNC=…` builds one.
# checkov:skip=CKV_DOCKER_2: Lambda knows no health check

FROM swift:6.3-bookworm AS build
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]

# Not pinned: a build that finds this step in no cache, as each one on CI, is to get Debian 12's security updates, of what
# the base image brings too; and Debian keeps no older versions to pin.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get upgrade -y --no-install-recommends \
    && apt-get install -y --no-install-recommends \
      ca-certificates icu-devtools libcurl4-openssl-dev libhiredis-dev libicu-dev libpq-dev libssl-dev libxml2-dev \
      pkg-config tzdata zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*

# What every image gets. curl reads the authorities by the first path, OpenSSL by the second. Without nsswitch.conf a
# name that DNS does not know would not be looked up in /etc/hosts.
WORKDIR /system
RUN mkdir -p etc/ssl/certs usr/lib/ssl usr/share \
    && echo 'hosts: files dns' > etc/nsswitch.conf \
    && cp -L /etc/ssl/certs/ca-certificates.crt etc/ssl/certs/ \
    && ln -s /etc/ssl/certs/ca-certificates.crt usr/lib/ssl/cert.pem \
    && cp -a /usr/share/zoneinfo usr/share/ \
    && rm -rf usr/share/zoneinfo/{right,posix,localtime,posixrules} \
    && install -d -m 1777 tmp

# libxml2 needs ICU for one thing, the encodings of pages that are not UTF-8; of its 31 MB of data they are 5. ICU's
# own tool leaves out the rest, and the check is that every encoding is still there.
WORKDIR /icu
RUN version=$(pkg-config --modversion icu-uc | cut -d. -f1) library=libicudata.so.$version data=icudt${version}l \
    && ar x "$(pkg-config --variable=libdir icu-uc)/libicudata.a" \
    && objcopy -O binary --only-section=.rodata "${data}_dat.o" "$data.dat" \
    && icupkg --list "$data.dat" | grep -vE '\.cnv$|^cnvalias\.icu$' > left-out.txt \
    && icupkg --remove left-out.txt "$data.dat" \
    && objcopy --update-section ".rodata=$data.dat" "${data}_dat.o" \
    && clang -shared -nostdlib "-Wl,-soname,$library" -o "$library" "${data}_dat.o" \
    && diff <(uconv --list) <(LD_LIBRARY_PATH=. uconv --list) \
    && rm -- *.o *.dat

WORKDIR /source
COPY Package.swift ./
# The tests stay outside, so that a change of theirs builds nothing; the package only wants their folders to be there.
RUN swift package resolve \
    && swift package dump-package | sed -n 's/.*"path" : "\(Tests[^"]*\)".*/\1/p' | xargs mkdir -p

COPY Sources Sources
# The Makefile's release_flags.
RUN for product in DateRangeGenerator Scraper Loader CacheManager; do \
      swift build -c release --static-swift-stdlib -Xlinker -s -Xlinker --gc-sections \
        --only-use-versions-from-resolved-file --product "$product"; \
    done

# For each function the root of its image. Its libraries go to /lib, where the loader looks on every architecture; the
# loader itself goes where the binary asks for it. What glibc would load by itself (the resolvers for /etc/hosts and DNS)
# has been inside libc since 2.34.
RUN for product in DateRangeGenerator Scraper Loader CacheManager; do \
      root=/images/$product binary=.build/release/$product; \
      mkdir -p "$root/lib"; \
      cp "$binary" "$root/bootstrap"; \
      ldd "$binary" | awk '$2 == "=>" { print $3 }' | xargs cp -L -t "$root/lib"; \
      ldd "$binary" | awk '$1 ~ "^/.*/ld-linux" { print $1 }' | xargs cp -L --parents -t "$root"; \
      for data in "$root"/lib/libicudata.so.*; do if [ -e "$data" ]; then cp /icu/libicudata.so.* "$root/lib"; fi; done; \
    done

FROM scratch AS image
COPY --from=build /system /
USER 65532:65532
ENTRYPOINT ["/bootstrap"]
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.version=$VERSION org.opencontainers.image.revision=$REVISION

FROM image AS date-range-generator
LABEL org.opencontainers.image.title=festvibes-date-range-generator
COPY --from=build /images/DateRangeGenerator /

FROM image AS scraper
LABEL org.opencontainers.image.title=festvibes-scraper
COPY --from=build /images/Scraper /

FROM image AS loader
LABEL org.opencontainers.image.title=festvibes-loader
COPY --from=build /images/Loader /

FROM image AS cache-manager
LABEL org.opencontainers.image.title=festvibes-cache-manager
COPY --from=build /images/CacheManager /
