{{/* Names of the original chart that the persistentCache block may carry: its values win over those at top level.
     Idempotent: every template begins with it, as Helm promises no order. */}}
{{- define "pcs.prepare" -}}
{{- include "pcs.overlay" (list .Values (.Values.persistentCache | default dict)) -}}
{{- end -}}

{{/* Sets every member of the second map in the first, descending into maps. Not mergeOverwrite, which drops false and "". */}}
{{- define "pcs.overlay" -}}
{{- $to := index . 0 -}}
{{- range $key, $value := index . 1 -}}
{{- if and (kindIs "map" $value) (kindIs "map" (get $to $key)) -}}
{{- include "pcs.overlay" (list (get $to $key) $value) -}}
{{- else if not (kindIs "invalid" $value) -}}
{{- $_ := set $to $key $value -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A scalar as an environment variable's text. Helm reads numbers of values files as floats: 2592000 must not become 2.592e+06. */}}
{{- define "pcs.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}{{ int64 . }}{{- else -}}{{ . }}{{- end -}}
{{- end -}}

{{/* Environment variables of the service that hold no secret, as a YAML map of strings. */}}
{{- define "pcs.config" -}}
{{- $config := dict
      "AWS_REGION" .Values.awsRegion
      "QUEUE_URL" .Values.queueUrl
      "REDIS_ENVIRONMENT_PREFIX" .Values.redis.environmentPrefix
      "REDIS_HOST" .Values.redis.host
      "REDIS_PORT" (include "pcs.text" .Values.redis.port)
      "REDIS_DB" (include "pcs.text" .Values.redis.db)
      "REDIS_TLS" (toString .Values.redis.tls) -}}
{{- if include "pcs.tlsCaKind" . -}}
{{- $_ := set $config "REDIS_TLS_CA_FILE" (printf "/etc/persistent-cache-service/redis-ca/%s" .Values.redis.tlsCa.key) -}}
{{- end -}}
{{- if .Values.redis.tlsClient.secretName -}}
{{- $_ := set $config "REDIS_TLS_CERT_FILE" "/etc/persistent-cache-service/redis-client/tls.crt" -}}
{{- $_ := set $config "REDIS_TLS_KEY_FILE" "/etc/persistent-cache-service/redis-client/tls.key" -}}
{{- end -}}
{{- if .Values.redis.sentinelPassword.secretName -}}
{{- $_ := set $config "REDIS_SENTINEL_PASSWORD_FILE" "/etc/persistent-cache-service/redis-sentinel/password" -}}
{{- end -}}
{{- if or .Values.proxy.https .Values.proxy.http -}}
{{- $_ := set $config "NO_PROXY" (.Values.proxy.noProxy | join ",") -}}
{{- end -}}
{{- if .Values.redis.passwordAsFile -}}
{{- $_ := set $config "REDIS_PASSWORD_FILE" "/etc/persistent-cache-service/redis/password" -}}
{{- end -}}
{{- $reserved := include "pcs.reserved" . | fromYamlArray -}}
{{- range $name, $value := include "pcs.named" . | fromYaml -}}
{{- if and (not (has $name $reserved)) (not (include "pcs.isSecret" $name)) -}}
{{- $_ := set $config $name $value -}}
{{- end -}}
{{- end -}}
{{- toYaml $config -}}
{{- end -}}

{{/* Environment variables that hold secrets and are kept in the release's own Secret, as a YAML map of strings. A proxy's URL may hold a password. */}}
{{- define "pcs.secrets" -}}
{{- $secrets := dict -}}
{{- range $name, $value := dict "HTTPS_PROXY" .Values.proxy.https "HTTP_PROXY" .Values.proxy.http -}}
{{- with $value -}}
{{- $_ := set $secrets $name . -}}
{{- end -}}
{{- end -}}
{{- if not .Values.apiKeysSecretName -}}
{{- $_ := set $secrets "SERVER_API_KEY" .Values.serverApiKey -}}
{{- end -}}
{{- if and .Values.redis.username (not (and .Values.redis.existingSecret.name .Values.redis.existingSecret.usernameKey)) -}}
{{- $_ := set $secrets "REDIS_USERNAME" .Values.redis.username -}}
{{- end -}}
{{- if and .Values.redis.password (not .Values.redis.existingSecret.name) -}}
{{- $_ := set $secrets "REDIS_PASSWORD" (toString .Values.redis.password) -}}
{{- end -}}
{{- $reserved := include "pcs.reserved" . | fromYamlArray -}}
{{- range $name, $value := include "pcs.named" . | fromYaml -}}
{{- if and (not (has $name $reserved)) (include "pcs.isSecret" $name) -}}
{{- $_ := set $secrets $name $value -}}
{{- end -}}
{{- end -}}
{{- toYaml $secrets -}}
{{- end -}}

{{/* settings and extraEnv together under the variables' names, as a YAML map of strings; extraEnv wins. */}}
{{- define "pcs.named" -}}
{{- $named := dict -}}
{{- range $key, $value := .Values.settings -}}
{{- if not (kindIs "invalid" $value) -}}
{{- $_ := set $named ($key | snakecase | upper) (include "pcs.text" $value) -}}
{{- end -}}
{{- end -}}
{{- range $name, $value := .Values.extraEnv -}}
{{- if and (not (kindIs "invalid" $value)) (ne (toString $value) "") -}}
{{- $_ := set $named $name (include "pcs.text" $value) -}}
{{- end -}}
{{- end -}}
{{- toYaml $named -}}
{{- end -}}

{{/* Variables that have values of their own. The original chart ignores them in extraEnv, so this one does, too. */}}
{{- define "pcs.reserved" -}}
{{- list "SERVER_API_KEY" "REDIS_ENVIRONMENT_PREFIX" "REDIS_HOST" "REDIS_PORT" "REDIS_DB" "REDIS_TLS" "REDIS_USERNAME" "REDIS_PASSWORD" "AWS_REGION" "QUEUE_URL" | toYaml -}}
{{- end -}}

{{/* Not empty for a variable whose name says that it holds a secret. */}}
{{- define "pcs.isSecret" -}}
{{- if regexMatch "(SECRET|PASSWORD|TOKEN|API_KEY|DSN|OTLP_[A-Z_]*HEADERS|(HTTPS?|ALL)_PROXY)" (upper .) -}}{{- if not (hasSuffix "_FILE" .) -}}true{{- end -}}{{- end -}}
{{- end -}}

{{/* TCP ports of every URL that the values name, 443 first, as a YAML list: what a NetworkPolicy has to let out. */}}
{{- define "pcs.egressPorts" -}}
{{- $ports := list 443 -}}
{{- $environment := merge (include "pcs.config" . | fromYaml) (include "pcs.secrets" . | fromYaml) -}}
{{- range $name := list "QUEUE_URL" "AWS_ENDPOINT_URL_SQS" "AWS_ENDPOINT_URL" "AWS_ENDPOINT_URL_STS" "EDGE_API_URL" "SENTRY_DSN" "OTEL_EXPORTER_OTLP_ENDPOINT" "HTTPS_PROXY" "HTTP_PROXY" -}}
{{- $value := get $environment $name | default "" -}}
{{- range ternary (splitList "," $value) (list $value) (eq $name "QUEUE_URL") | compact -}}
{{- $url := urlParse (trim .) -}}
{{- $ports = append $ports (regexFind "[0-9]+$" (regexFind ":[0-9]+$" $url.host) | default (ternary 80 443 (eq $url.scheme "http")) | int) -}}
{{- end -}}
{{- end -}}
{{- uniq $ports | toYaml -}}
{{- end -}}

{{/* Not empty where there is a Redis, by its host or by its sentinels: the Sidecar runs without one, too. */}}
{{- define "pcs.hasRedis" -}}
{{- if or .Values.redis.host (get (include "pcs.named" . | fromYaml) "REDIS_SENTINELS") -}}true{{- end -}}
{{- end -}}

{{/* TCP ports of Redis and its sentinels, as a YAML list. */}}
{{- define "pcs.redisPorts" -}}
{{- $ports := list (include "pcs.text" .Values.redis.port | int) -}}
{{- range splitList "," (get (include "pcs.named" . | fromYaml) "REDIS_SENTINELS" | default "") | compact -}}
{{- $ports = append $ports (regexFind "[0-9]+$" (regexFind "[^:]:[0-9]+$" (trim .)) | default "26379" | int) -}}
{{- end -}}
{{- uniq $ports | toYaml -}}
{{- end -}}

{{- define "pcs.tlsCaKind" -}}
{{- if .Values.redis.tlsCa.secretName -}}secret{{- else if .Values.redis.tlsCa.configMapName -}}configMap{{- end -}}
{{- end -}}

{{/* The service's own deadline for a shutdown, in seconds. */}}
{{- define "pcs.shutdownTimeout" -}}
{{- get (include "pcs.config" . | fromYaml) "SHUTDOWN_TIMEOUT_IN_SECS" | default "25" | int -}}
{{- end -}}

{{/* Seconds until the kubelet kills: 15 more than that, for the process to end and the kubelet to see it. */}}
{{- define "pcs.gracePeriod" -}}
{{- .Values.terminationGracePeriodSeconds | default (add (include "pcs.shutdownTimeout" . | int) 15) | int -}}
{{- end -}}

{{- define "pcs.port" -}}
{{- get (include "pcs.config" . | fromYaml) "PORT" | default "4000" | int -}}
{{- end -}}

{{/* The most replicas that can run at a time. */}}
{{- define "pcs.maxReplicas" -}}
{{- if eq .Values.autoscaler "hpa" -}}{{ int .Values.deploymentHPA.maxReplicas }}
{{- else if eq .Values.autoscaler "keda" -}}{{ int .Values.keda.maxReplicas }}
{{- else -}}{{ int .Values.replicaCount }}
{{- end -}}
{{- end -}}
