#!/usr/bin/env bash
# Writes src/PersistentCacheService/Properties/PublishProfiles/Image.mibc: the methods that the image's executable has precompiled. Those are the
# methods that the worker uses while the integration tests and the tests of the published executable run, in three processes at least; what it uses
# besides is compiled when it is called. Run it before a release, and when a test says that the profile no longer fits. About 10 minutes.
set -euo pipefail
. "$(dirname "$0")/environment.sh"

out=$PWD/artifacts/profile
profile=$PWD/src/PersistentCacheService/Properties/PublishProfiles/Image.mibc
runtime=linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')
quiet=(--configuration Release --verbosity quiet --nologo -terminalLogger:off -consoleLoggerParameters:NoSummary -p:RunAnalyzers=false)
tests=(PersistentCacheService.IntegrationTests Deployment.Tests)

rm -rf "$out"
mkdir -p "$out/lists"
eng/prerequisites.sh test
for project in "${tests[@]}"; do
  dotnet build "tests/$project" "${quiet[@]}"
done
dotnet build eng/ImageProfile "${quiet[@]}"

publish() {
  dotnet publish src/PersistentCacheService --runtime "$runtime" -p:PublishProfile=Image -p:RunAnalyzers=false --artifacts-path "$out/build" \
    --output "$out/worker" --verbosity quiet --nologo -terminalLogger:off
}

# record NAME [SETTING=VALUE ...]: runs the tests with a worker that lists each method its runtime compiles, one file a process
record() {
  local name=$1
  shift
  cat >"$out/worker.sh" <<END
#!/bin/sh
export DOTNET_JitDisasmSummary=1 DOTNET_JitStdOutFile="$out/lists/$name.\$\$" $*
exec "$out/worker/persistent-cache-service" "\$@"
END
  chmod +x "$out/worker.sh"
  export WORKER_EXECUTABLE=$out/worker.sh
  for project in "${tests[@]}"; do
    # A test that fails, in a worker so slow, has used its methods all the same.
    dotnet test "tests/$project/bin/Release/net10.0/$project.dll" --nologo --filter '(FullyQualifiedName~IntegrationTests|FullyQualifiedName~Published)&FullyQualifiedName!~ProfileTests' \
      --logger 'console;verbosity=minimal' --blame-hang-timeout 10m --blame-hang-dump-type none --results-directory "$out/results" </dev/null || true
  done
  unset WORKER_EXECUTABLE
  eng/ImageProfile/bin/Release/net10.0/image-profile "$out/build/obj/PersistentCacheService/release_$runtime/linked" "$profile" "$out"/lists/*
}

echo 'Publishing ...'
publish
# First everything is compiled at run time, then only what this profile leaves: the two compilers inline differently.
record everything DOTNET_ReadyToRun=0
publish
record rest
publish
