{{- define "pcs.sidecarName" -}}
{{- default (printf "%s-sidecar" .Release.Name) .Values.sidecar.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "pcs.sidecarSelectorLabels" -}}
app.kubernetes.io/name: stigg-sidecar
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "pcs.sidecarLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" | quote }}
{{ include "pcs.sidecarSelectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: sidecar
app.kubernetes.io/part-of: stigg
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "pcs.sidecarMetadata" -}}
name: {{ include "pcs.sidecarName" . | quote }}
namespace: {{ .Release.Namespace | quote }}
labels:
  {{- include "pcs.sidecarLabels" . | nindent 2 }}
{{- end -}}

{{- define "pcs.sidecarImage" -}}
{{- with .Values.sidecar.image -}}
{{- if .digest -}}
{{- printf "%s@%s" .repository .digest -}}
{{- else -}}
{{- printf "%s:%s" .repository (toString (coalesce .tag $.Values.sidecar.imageTag $.Chart.AppVersion)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Environment variables without a secret, as a YAML map of strings: what it shares with the worker, then sidecar.extraEnv, which wins. The port
     is above 1024, which every container runtime lets a non-root process listen on. */}}
{{- define "pcs.sidecarConfig" -}}
{{- $config := dict "PORT" "8081" "HTTP_PORT" "8080" -}}
{{- if include "pcs.hasRedis" . -}}
{{- $worker := include "pcs.config" . | fromYaml -}}
{{- range $name := list "REDIS_ENVIRONMENT_PREFIX" "REDIS_HOST" "REDIS_PORT" "REDIS_DB" "REDIS_TLS" "REDIS_TLS_CA_FILE" "REDIS_TLS_CERT_FILE" "REDIS_TLS_KEY_FILE" "REDIS_PASSWORD_FILE" "REDIS_AUTH" "REDIS_IAM_CLUSTER" "REDIS_IAM_SERVICE" "REDIS_IAM_REGION" "REDIS_SENTINELS" "REDIS_SENTINEL_MASTER" "REDIS_SENTINEL_USERNAME" "REDIS_SENTINEL_PASSWORD_FILE" "CACHE_LAYOUT" "CACHE_CREDIT_KEY_PREFIX" -}}
{{- with get $worker $name -}}
{{- $_ := set $config $name . -}}
{{- end -}}
{{- end -}}
{{- if eq (get $worker "REDIS_AUTH" | default "") "iam" -}}
{{- $_ := set $config "REDIS_IAM_REGION" (get $worker "REDIS_IAM_REGION" | default .Values.awsRegion) -}}
{{- end -}}
{{- with get $worker "KEYS_TTL_IN_SECS" -}}
{{- $_ := set $config "REDIS_KEYS_TTL_IN_SECS" . -}}
{{- end -}}
{{- end -}}
{{- $named := include "pcs.named" . | fromYaml -}}
{{- range $name := list "EDGE_API_URL" "DISABLE_SENTRY" "SENTRY_ENVIRONMENT" "LOG_LEVEL" "LOG_MESSAGE_KEY" "LOG_ERROR_KEY" -}}
{{- with get $named $name -}}
{{- $_ := set $config $name . -}}
{{- end -}}
{{- end -}}
{{- if or .Values.proxy.https .Values.proxy.http -}}
{{- $_ := set $config "NO_PROXY" (.Values.proxy.noProxy | join ",") -}}
{{- end -}}
{{- range $name, $value := .Values.sidecar.extraEnv -}}
{{- if not (or (kindIs "invalid" $value) (eq (toString $value) "") (include "pcs.isSecret" $name)) -}}
{{- $_ := set $config $name (include "pcs.text" $value) -}}
{{- end -}}
{{- end -}}
{{- toYaml $config -}}
{{- end -}}

{{/* Environment variables that hold secrets and are kept in a Secret of its own, as a YAML map of strings. */}}
{{- define "pcs.sidecarSecrets" -}}
{{- $secrets := dict -}}
{{- range $name, $value := include "pcs.secrets" . | fromYaml -}}
{{- if or (has $name (list "SERVER_API_KEY" "HTTPS_PROXY" "HTTP_PROXY" "SENTRY_DSN")) (and (include "pcs.hasRedis" $) (hasPrefix "REDIS_" $name)) -}}
{{- $_ := set $secrets $name $value -}}
{{- end -}}
{{- end -}}
{{- range $name, $value := .Values.sidecar.extraEnv -}}
{{- if and (include "pcs.isSecret" $name) (not (kindIs "invalid" $value)) (ne (toString $value) "") -}}
{{- $_ := set $secrets $name (include "pcs.text" $value) -}}
{{- end -}}
{{- end -}}
{{- toYaml $secrets -}}
{{- end -}}

{{/* Seconds until the kubelet kills: the pause before the Sidecar stops taking calls, its deadline for those in flight, and 10 for its end. */}}
{{- define "pcs.sidecarGracePeriod" -}}
{{- $config := include "pcs.sidecarConfig" . | fromYaml -}}
{{- add (get $config "SHUTDOWN_DELAY_IN_SECS" | default "5" | int) (get $config "SHUTDOWN_TIMEOUT_IN_SECS" | default "25" | int) 10 -}}
{{- end -}}

{{/* The container, for the Deployment here and, as a template, for pods of your own. */}}
{{- define "pcs.sidecarContainer" -}}
{{- $config := include "pcs.sidecarConfig" . | fromYaml -}}
name: stigg-sidecar
image: {{ include "pcs.sidecarImage" . | quote }}
imagePullPolicy: {{ .Values.sidecar.image.pullPolicy }}
securityContext:
  {{- toYaml .Values.securityContext | nindent 2 }}
ports:
  - name: grpc
    containerPort: {{ int (get $config "PORT") }}
    protocol: TCP
  - name: sidecar-http
    containerPort: {{ int (get $config "HTTP_PORT") }}
    protocol: TCP
env:
  {{- range $name, $value := $config }}
  - name: {{ $name | quote }}
    value: {{ $value | quote }}
  {{- end }}
  {{- range $name, $_ := include "pcs.sidecarSecrets" . | fromYaml }}
  - name: {{ $name | quote }}
    valueFrom:
      secretKeyRef:
        name: {{ include "pcs.sidecarName" $ | quote }}
        key: {{ $name | quote }}
  {{- end }}
  {{- range $source := include "pcs.secretEnv" . | fromYamlArray }}
  {{- $isNeeded := or (eq $source.name "SERVER_API_KEY") (and (include "pcs.hasRedis" $) (has $source.name (list "REDIS_USERNAME" "REDIS_PASSWORD"))) }}
  {{- if and $isNeeded (ne $source.valueFrom.secretKeyRef.name (include "pcs.fullname" $)) }}
  - {{- toYaml $source | nindent 4 }}
  {{- end }}
  {{- end }}
resources:
  requests:
    {{- with .Values.sidecar.deploymentResources.cpu.request }}
    cpu: {{ include "pcs.text" . | quote }}
    {{- end }}
    {{- with .Values.sidecar.deploymentResources.memory.request }}
    memory: {{ include "pcs.text" . | quote }}
    {{- end }}
  limits:
    {{- with .Values.sidecar.deploymentResources.cpu.limit }}
    cpu: {{ include "pcs.text" . | quote }}
    {{- end }}
    {{- with .Values.sidecar.deploymentResources.memory.limit }}
    memory: {{ include "pcs.text" . | quote }}
    {{- end }}
startupProbe:
  httpGet:
    path: /{{ get $config "HEALTH_ENDPOINT_URL" | default "livez" }}
    port: sidecar-http
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 30
livenessProbe:
  httpGet:
    path: /{{ get $config "HEALTH_ENDPOINT_URL" | default "livez" }}
    port: sidecar-http
  periodSeconds: 10
  timeoutSeconds: 3
  failureThreshold: 6
readinessProbe:
  httpGet:
    path: /{{ get $config "READY_ENDPOINT_URL" | default "readyz" }}
    port: sidecar-http
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 3
{{- if include "pcs.hasRedis" . }}
{{- with include "pcs.volumeMounts" . }}
volumeMounts:
  {{- trim . | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}
