# The worker (default target), the Sidecar (--target sidecar) and the SQS emulator (--target local-sqs) on chiseled .NET images: no shell,
# no package manager, not root. Worker and Sidecar are one native file each, compiled ahead of time: Properties/PublishProfiles of either.
# Built by "make image", or: DOCKER_BUILDKIT=1 docker build -t persistent-cache-service .
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled

# ---- project files alone, so that the next stage is built anew only when one of them changes
FROM --platform=$BUILDPLATFORM ${SDK_IMAGE} AS projects
WORKDIR /source
COPY src src
RUN find src -type f ! -name '*.csproj' ! -name 'packages.lock.json' ! -name '*.pubxml' -delete && find src -type d -empty -delete

# ---- the SDK with the linker for the target, which may have another processor than the builder
FROM --platform=$BUILDPLATFORM ${SDK_IMAGE} AS native-sdk
ARG TARGETARCH
RUN case "$(uname -m)-${TARGETARCH:-}" in \
      x86_64-arm64) gnu=aarch64-linux-gnu packages='gcc-aarch64-linux-gnu libc6-dev-arm64-cross' ;; \
      aarch64-amd64) gnu=x86_64-linux-gnu packages='gcc-x86-64-linux-gnu libc6-dev-amd64-cross' ;; \
    esac && \
    apt-get -qq update && apt-get -qq install --yes --no-install-recommends clang zlib1g-dev ${packages:-} >/dev/null && \
    rm -rf /var/lib/apt/lists/* && \
    if [ -n "${gnu:-}" ]; then ln -s "/usr/bin/$gnu-objcopy" /usr/local/bin/objcopy; fi

# ---- packages
FROM native-sdk AS packages
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY eng/analyzers eng/analyzers
COPY --from=projects /source ./
# As locked, then the runtime and the compiler for the target, which the lock files do not hold.
ARG TARGETARCH
RUN runtime="linux-$(echo "${TARGETARCH:-amd64}" | sed s/amd64/x64/)" && echo "$runtime" >/runtime && \
    for project in PersistentCacheService Sidecar LocalSqs; do \
      dotnet restore "src/$project" --locked-mode && \
      dotnet restore "src/$project" -r "$runtime" -p:PublishProfile=Image || exit 1; \
    done

# ---- the worker's executable
FROM packages AS build
COPY src src
# The worker brings them along.
COPY docs/runbooks docs/runbooks
ARG VERSION=1.0.0
ARG REVISION=unknown
RUN dotnet publish src/PersistentCacheService --no-restore -o /out -p:RunAnalyzers=false \
      -r "$(cat /runtime)" -p:PublishProfile=Image \
      -p:Version="$VERSION" -p:SourceRevisionId="$REVISION"

# ---- the Sidecar's
FROM packages AS build-sidecar
COPY src src
ARG VERSION=1.0.0
ARG REVISION=unknown
RUN dotnet publish src/Sidecar --no-restore -o /out -p:RunAnalyzers=false \
      -r "$(cat /runtime)" -p:PublishProfile=Image \
      -p:Version="$VERSION" -p:SourceRevisionId="$REVISION"

# ---- the emulator's
FROM packages AS build-local-sqs
COPY src/LocalSqs src/LocalSqs
RUN dotnet publish src/LocalSqs --no-restore -o /out -p:RunAnalyzers=false \
      -r "$(cat /runtime)" -p:PublishProfile=Image

# ---- what both run in
FROM ${RUNTIME_IMAGE} AS runtime
# No diagnostics socket: it would need a writable /tmp, which a read-only root has not.
ENV DOTNET_EnableDiagnostics=0
# Bytes, hexadecimal. What outlives the youngest generation is soon dead here too: 5 MB less at the peak.
ENV DOTNET_GCGen1MaxBudget=100000
# glibc keeps up to 8 pools of freed memory per core, which looks like a leak. Two are enough: this service hardly allocates outside of the managed heap.
ENV MALLOC_ARENA_MAX=2
USER 1654
WORKDIR /app

FROM runtime AS local-sqs
COPY --from=build-local-sqs /out ./
EXPOSE 4566
ENTRYPOINT ["/app/local-sqs", "--host", "*"]

FROM runtime AS sidecar
COPY --from=build-sidecar /out ./
# Above 1024, which every container runtime lets a non-root process listen on; publish it as 80 to keep the original's address.
ENV PORT=8081 HTTP_PORT=8080
EXPOSE 8081 8080
ENTRYPOINT ["/app/stigg-sidecar"]
ARG VERSION=1.0.0
ARG REVISION=unknown
ARG CREATED
LABEL org.opencontainers.image.title="stigg-sidecar" \
      org.opencontainers.image.description="Answers over gRPC what Stigg's customers may use, from the Redis that persistent-cache-service fills" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED"

FROM runtime AS worker
COPY --from=build /out ./
EXPOSE 4000
# For docker and compose; Kubernetes has its own probes and ignores this. Life, not readiness: Swarm restarts what is unhealthy, and a
# restart helps nothing against a Redis that is away.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["/app/persistent-cache-service", "healthcheck", "--live"]
ENTRYPOINT ["/app/persistent-cache-service"]
ARG VERSION=1.0.0
ARG REVISION=unknown
ARG CREATED
LABEL org.opencontainers.image.title="persistent-cache-service" \
      org.opencontainers.image.description="Keeps Stigg's entitlements cache in Redis up to date from an SQS queue" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED"
