{{/* What PodMonitor and ServiceMonitor share. The job's name, by which the alerts find the service, is the chart's whatever
     the release is called. */}}
{{- define "pcs.monitorSpec" -}}
jobLabel: app.kubernetes.io/name
selector:
  matchLabels:
    {{- include "pcs.selectorLabels" . | nindent 4 }}
namespaceSelector:
  matchNames:
    - {{ .Release.Namespace | quote }}
{{- end -}}

{{- define "pcs.scrape" -}}
port: http
path: /metrics
{{- with .interval }}
interval: {{ . | quote }}
{{- end }}
{{- with .relabelings }}
relabelings:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .metricRelabelings }}
metricRelabelings:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Makes of the page's path that an alert of the rules file carries a URL; without a base it is called what it is. */}}
{{- define "pcs.runbook" -}}
{{- $rule := index . 0 -}}
{{- $base := index . 1 -}}
{{- with $rule.annotations -}}
{{- if $base -}}
{{- $_ := set . "runbook_url" (printf "%s/%s" (trimSuffix "/" $base) (base .runbook_url)) -}}
{{- else -}}
{{- $_ := set . "runbook" .runbook_url -}}
{{- $_ := unset . "runbook_url" -}}
{{- end -}}
{{- end -}}
{{- end -}}
