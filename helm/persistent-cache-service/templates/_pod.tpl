{{- define "pcs.podSpec" -}}
serviceAccountName: {{ include "pcs.serviceAccountName" . | quote }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
terminationGracePeriodSeconds: {{ include "pcs.gracePeriod" . }}
securityContext:
  {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- if or .Values.extraInitContainers .Values.check.enabled }}
initContainers:
  {{- with .Values.extraInitContainers }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- /* Last, as the others may make what it looks for: certificates, a proxy. */}}
  {{- if .Values.check.enabled }}
  - name: check
    args: ["check"]
    {{- include "pcs.process" . | nindent 4 }}
  {{- end }}
{{- end }}
containers:
  - {{ include "pcs.container" . | nindent 4 | trim }}
  {{- with .Values.extraContainers }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with include "pcs.volumes" . }}
volumes:
  {{- trim . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if kindIs "invalid" .Values.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "pcs.selectorLabels" $ | nindent 8 }}
    matchLabelKeys:
      - pod-template-hash
  {{- end }}
{{- else }}
{{- with .Values.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}

{{/* What the worker's container and the check before it have in common: the check tries what the worker will use. */}}
{{- define "pcs.process" -}}
image: {{ include "pcs.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  {{- toYaml .Values.securityContext | nindent 2 }}
envFrom:
  - configMapRef:
      name: {{ include "pcs.fullname" . | quote }}
  {{- with .Values.envFrom }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
env:
  {{- include "pcs.secretEnv" . | trim | nindent 2 }}
resources:
  requests:
    {{- with .Values.deploymentResources.cpu.request }}
    cpu: {{ include "pcs.text" . | quote }}
    {{- end }}
    {{- with .Values.deploymentResources.memory.request }}
    memory: {{ include "pcs.text" . | quote }}
    {{- end }}
  limits:
    {{- with .Values.deploymentResources.cpu.limit }}
    cpu: {{ include "pcs.text" . | quote }}
    {{- end }}
    {{- with .Values.deploymentResources.memory.limit }}
    memory: {{ include "pcs.text" . | quote }}
    {{- end }}
{{- with include "pcs.volumeMounts" . }}
volumeMounts:
  {{- trim . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "pcs.container" -}}
name: persistent-cache-service
{{ include "pcs.process" . }}
ports:
  - name: http
    containerPort: {{ include "pcs.port" . }}
    protocol: TCP
{{- range $probe := list "startupProbe" "livenessProbe" "readinessProbe" }}
{{- with get $.Values $probe }}
{{ $probe }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Environment variables that come from Secrets, the release's own and existing ones. */}}
{{- define "pcs.secretEnv" -}}
{{- $sources := dict -}}
{{- range $name, $_ := include "pcs.secrets" . | fromYaml -}}
{{- $_ := set $sources $name (dict "name" (include "pcs.fullname" $) "key" $name) -}}
{{- end -}}
{{- with .Values.apiKeysSecretName -}}
{{- $_ := set $sources "SERVER_API_KEY" (dict "name" . "key" $.Values.apiKeysSecretKey) -}}
{{- end -}}
{{- with .Values.redis.existingSecret -}}
{{- if and .name .usernameKey -}}
{{- $_ := set $sources "REDIS_USERNAME" (dict "name" .name "key" .usernameKey) -}}
{{- end -}}
{{- if .name -}}
{{- $_ := set $sources "REDIS_PASSWORD" (dict "name" .name "key" .passwordKey) -}}
{{- end -}}
{{- end -}}
{{- if .Values.redis.passwordAsFile -}}
{{- $_ := unset $sources "REDIS_PASSWORD" -}}
{{- end -}}
{{- range $name, $source := $sources }}
- name: {{ $name | quote }}
  valueFrom:
    secretKeyRef:
      name: {{ $source.name | quote }}
      key: {{ $source.key | quote }}
{{- end }}
{{- end -}}

{{- define "pcs.volumeMounts" -}}
{{- if .Values.redis.passwordAsFile }}
- name: redis-password
  mountPath: /etc/persistent-cache-service/redis
  readOnly: true
{{- end }}
{{- if include "pcs.tlsCaKind" . }}
- name: redis-ca
  mountPath: /etc/persistent-cache-service/redis-ca
  readOnly: true
{{- end }}
{{- if .Values.redis.tlsClient.secretName }}
- name: redis-client
  mountPath: /etc/persistent-cache-service/redis-client
  readOnly: true
{{- end }}
{{- if .Values.redis.sentinelPassword.secretName }}
- name: redis-sentinel
  mountPath: /etc/persistent-cache-service/redis-sentinel
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "pcs.volumes" -}}
{{- if .Values.redis.passwordAsFile }}
- name: redis-password
  secret:
    secretName: {{ .Values.redis.existingSecret.name | default (include "pcs.fullname" .) | quote }}
    items:
      - key: {{ ternary .Values.redis.existingSecret.passwordKey "REDIS_PASSWORD" (not (empty .Values.redis.existingSecret.name)) | quote }}
        path: password
{{- end }}
{{- with include "pcs.tlsCaKind" . }}
- name: redis-ca
  {{- if eq . "secret" }}
  secret:
    secretName: {{ $.Values.redis.tlsCa.secretName | quote }}
    items:
      - key: {{ $.Values.redis.tlsCa.key | quote }}
        path: {{ $.Values.redis.tlsCa.key | quote }}
  {{- else }}
  configMap:
    name: {{ $.Values.redis.tlsCa.configMapName | quote }}
    items:
      - key: {{ $.Values.redis.tlsCa.key | quote }}
        path: {{ $.Values.redis.tlsCa.key | quote }}
  {{- end }}
{{- end }}
{{- with .Values.redis.tlsClient }}
{{- if .secretName }}
- name: redis-client
  secret:
    secretName: {{ .secretName | quote }}
    items:
      - key: {{ .certKey | quote }}
        path: tls.crt
      - key: {{ .keyKey | quote }}
        path: tls.key
{{- end }}
{{- end }}
{{- with .Values.redis.sentinelPassword }}
{{- if .secretName }}
- name: redis-sentinel
  secret:
    secretName: {{ .secretName | quote }}
    items:
      - key: {{ .key | quote }}
        path: password
{{- end }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}
