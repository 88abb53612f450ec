{{/* What a schema cannot say: all problems at once, each with the value to set. */}}
{{- define "pcs.validate" -}}
{{- $problems := list -}}
{{- if not .Values.awsRegion -}}
{{- $problems = append $problems "awsRegion must be set: the AWS region of the queue" -}}
{{- end -}}
{{- if not .Values.queueUrl -}}
{{- $problems = append $problems "queueUrl must be set: the URL of the SQS queue that Stigg provisioned" -}}
{{- end -}}
{{- if not (include "pcs.hasRedis" .) -}}
{{- $problems = append $problems "redis.host must be set: the host name or IP address of the Redis primary, unless settings.redisSentinels names sentinels" -}}
{{- end -}}
{{- if not .Values.redis.environmentPrefix -}}
{{- $problems = append $problems "redis.environmentPrefix must be set: the environment prefix that the SDK or Sidecar uses" -}}
{{- end -}}
{{- if not (or .Values.serverApiKey .Values.apiKeysSecretName) -}}
{{- $problems = append $problems "apiKeysSecretName (a Secret with the key stigg_server_api_key) or serverApiKey must be set" -}}
{{- end -}}
{{- range $name, $value := .Values.extraEnv -}}
{{- if kindIs "float64" $value -}}
{{- if or (ne (floor $value) $value) (ge $value 9007199254740992.0) (le $value -9007199254740992.0) -}}
{{- $problems = append $problems (printf "extraEnv.%s is a number that YAML does not keep as it was typed: quote it" $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and .Values.redis.passwordAsFile (not (or .Values.redis.existingSecret.name .Values.redis.password)) -}}
{{- $problems = append $problems "redis.passwordAsFile needs redis.existingSecret.name or redis.password" -}}
{{- end -}}
{{- if and (eq (toString .Values.redis.tls) "false") (include "pcs.tlsCaKind" .) -}}
{{- $problems = append $problems "redis.tlsCa is set although redis.tls is false" -}}
{{- end -}}
{{- if and (eq (toString .Values.redis.tls) "false") .Values.redis.tlsClient.secretName -}}
{{- $problems = append $problems "redis.tlsClient is set although redis.tls is false" -}}
{{- end -}}
{{- if and .Values.podMonitor.enabled .Values.serviceMonitor.enabled -}}
{{- $problems = append $problems "podMonitor.enabled and serviceMonitor.enabled exclude each other: every sample would be counted twice" -}}
{{- end -}}
{{- if and (eq .Values.autoscaler "hpa") (gt (int .Values.deploymentHPA.minReplicas) (int .Values.deploymentHPA.maxReplicas)) -}}
{{- $problems = append $problems "deploymentHPA.minReplicas is greater than deploymentHPA.maxReplicas" -}}
{{- end -}}
{{- if and (eq .Values.autoscaler "keda") (gt (int .Values.keda.minReplicas) (int .Values.keda.maxReplicas)) -}}
{{- $problems = append $problems "keda.minReplicas is greater than keda.maxReplicas" -}}
{{- end -}}
{{- if and (eq .Values.autoscaler "hpa") (not (or .Values.deploymentHPA.targetCPUUtilizationPercentage .Values.deploymentHPA.targetMemoryUtilizationPercentage .Values.deploymentHPA.metrics)) -}}
{{- $problems = append $problems "autoscaler is hpa but deploymentHPA has nothing to scale by" -}}
{{- end -}}
{{- if and .Values.terminationGracePeriodSeconds (lt (int .Values.terminationGracePeriodSeconds) (int (include "pcs.shutdownTimeout" .))) -}}
{{- $problems = append $problems "terminationGracePeriodSeconds is shorter than SHUTDOWN_TIMEOUT_IN_SECS: pods would be killed while they drain" -}}
{{- end -}}
{{- if $problems -}}
{{- fail (printf "\n\n  %s\n" (join "\n  " $problems)) -}}
{{- end -}}
{{- end -}}
