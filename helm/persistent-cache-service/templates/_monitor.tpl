{{/* What PodMonitor and ServiceMonitor share, of worker and Sidecar: the root, and the template of the labels to select by. The job's name, by which the alerts find the service, is the chart's whatever
     the release is called. */}}
{{- define "pcs.monitorSpec" -}}
{{- $root := index . 0 -}}
jobLabel: app.kubernetes.io/name
selector:
  matchLabels:
    {{- include (index . 1) $root | nindent 4 }}
namespaceSelector:
  matchNames:
    - {{ $root.Release.Namespace | quote }}
{{- end -}}

{{- define "pcs.scrape" -}}
port: {{ index . 1 }}
path: /metrics
{{- with index . 0 }}
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
