{{/* What PodMonitor and ServiceMonitor share. The job's name, by which the alerts find the service, is the chart's whatever
     the release is called. */}}
{{- define "pcs.monitorSpec" -}}
jobLabel: app.kubernetes.io/name
selector:
  matchLabels:
    {{- include "pcs.selectorLabels" . | nindent 4 }}
namespaceSelector:
  matchNames:
    - {{ .Release.Namespace }}
{{- end -}}

{{- define "pcs.scrape" -}}
port: http
path: /metrics
{{- with .interval }}
interval: {{ . }}
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
