{{- define "pcs.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "pcs.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains (include "pcs.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "pcs.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "pcs.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (ternary (include "pcs.fullname" .) "default" .Values.serviceAccount.create) -}}
{{- end -}}

{{- define "pcs.triggerAuthenticationName" -}}
{{- if .Values.keda.triggerAuthentication.create -}}
{{- include "pcs.fullname" . -}}
{{- else -}}
{{- required "keda.triggerAuthentication.name is needed when keda.triggerAuthentication.create is false" .Values.keda.triggerAuthentication.name -}}
{{- end -}}
{{- end -}}

{{- define "pcs.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (toString (coalesce .Values.image.tag .Values.imageTag .Chart.AppVersion)) -}}
{{- end -}}
{{- end -}}

{{- define "pcs.selectorLabels" -}}
app.kubernetes.io/name: {{ include "pcs.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "pcs.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" | quote }}
{{ include "pcs.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: worker
app.kubernetes.io/part-of: stigg
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* metadata of an object named like the release, for use below "metadata:" */}}
{{- define "pcs.metadata" -}}
name: {{ include "pcs.fullname" . | quote }}
namespace: {{ .Release.Namespace | quote }}
labels:
  {{- include "pcs.labels" . | nindent 2 }}
{{- end -}}
