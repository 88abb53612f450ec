{{/* Not the worker's selector labels: services, budgets and monitors of the worker must not take the Job's pods for workers. */}}
{{- define "pcs.auditName" -}}
{{- printf "%s-audit" (include "pcs.name" . | trunc 46 | trimSuffix "-") -}}
{{- end -}}

{{- define "pcs.auditLabels" -}}
app.kubernetes.io/name: {{ include "pcs.auditName" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/component: audit
app.kubernetes.io/part-of: stigg
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}
