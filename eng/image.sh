#!/usr/bin/env bash
# Builds the image persistent-cache-service:VERSION (VERSION=... to set) and writes it to artifacts/ as a compressed archive, with the bill of
# materials of its NuGet packages (CycloneDX) beside it.
# Where the registry of the base images cannot be reached, stand-ins are made of this machine's .NET by ../shared/tools, if
# that is there. ARCH=arm64 builds for the other processor, TARGET=sidecar builds stigg-sidecar, TARGET=local-sqs the emulator's image,
# KEEP_DAEMON=1 leaves a private Docker daemon running.
set -euo pipefail
cd "$(dirname "$0")/.."

version=${VERSION:-1.0.0}
target=${TARGET:-worker}
arch=${ARCH:-}
case $target in
  worker) name=persistent-cache-service project=PersistentCacheService ;;
  sidecar) name=stigg-sidecar project=Sidecar ;;
  local-sqs) name=local-sqs project=LocalSqs ;;
  *) echo "There is no image $target." >&2; exit 64 ;;
esac
tag=$version${arch:+-$arch}
stand_ins=$(cd .. && pwd)/shared/tools/local-base-images/make.sh

if ! docker info >/dev/null 2>&1 && ! command -v dockerd >/dev/null; then
  eng/prerequisites.sh image
fi
DOCKER_HOST=$(eng/docker.sh start)
if [ -n "$DOCKER_HOST" ]; then
  export DOCKER_HOST
  [ -n "${KEEP_DAEMON:-}" ] || trap 'eng/docker.sh stop' EXIT
else
  unset DOCKER_HOST
fi
# A client without the buildx plugin builds with the daemon's own BuildKit only if it is as old as 20.10: Debian's is.
docker=docker
if ! docker buildx version >/dev/null 2>&1 && [ -x /usr/bin/docker ]; then
  docker=/usr/bin/docker
fi

mkdir -p artifacts
base_images() { # defaults of the Dockerfile's ARGs, before its first FROM
  sed -n '/^FROM/q; s/^ARG [A-Z]*_IMAGE=//p' Dockerfile
}
for image in $(base_images); do
  $docker image inspect "$image" >/dev/null 2>&1 && continue
  echo "Pulling $image ..."
  if ! timeout 120 $docker pull --quiet "$image" >/dev/null 2>&1; then
    if [ ! -x "$stand_ins" ]; then
      echo "$image cannot be pulled, and there is no ../shared/tools/local-base-images to make a stand-in." >&2
      exit 69
    fi
    echo "$image cannot be pulled: making stand-ins of this machine's .NET ..."
    eng/prerequisites.sh image
    PATH="$(dirname "$(command -v $docker)"):$PATH" "$stand_ins" Dockerfile >artifacts/base-images.log 2>&1 || {
      tail -n 20 artifacts/base-images.log >&2
      exit 69
    }
    break
  fi
done

DOCKER_BUILDKIT=1 $docker build --quiet --target "$target" --tag "$name:$tag" ${arch:+--platform "linux/$arch"} \
  --build-arg VERSION="$version" \
  --build-arg REVISION="$(git rev-parse HEAD 2>/dev/null || echo unknown)" \
  --build-arg CREATED="$(git log -1 --format=%cI 2>/dev/null || true)" . >/dev/null

archive=artifacts/$name-$tag.tar.gz
$docker save "$name:$tag" | gzip >"$archive"
echo "$name:$tag, $(($(stat -c %s "$archive") / 1000000)) MB compressed, in $archive"

# The same for every processor. What it does not list: the .NET runtime that is compiled in, and the base image.
if ! command -v dotnet >/dev/null; then
  echo 'No bill of materials: the .NET SDK is missing.' >&2
  exit 0
fi
. eng/environment.sh
bom=$name-$version.cdx.json
dotnet tool restore >/dev/null
dotnet CycloneDX "src/$project/$project.csproj" --output artifacts --filename "$bom" --output-format Json \
  --set-name "$name" --set-version "$version" >artifacts/bill-of-materials.log || { cat artifacts/bill-of-materials.log >&2; exit 1; }
echo "Bill of materials in artifacts/$bom"
