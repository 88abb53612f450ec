namespace EntitlementCache.Aws;

/// <summary>What the environment makes the SDK's credential chain ask, in the chain's order: for the log, while an answer is awaited.</summary>
internal static class CredentialSource
{
    /// <summary>Who is asked and why, without secrets: of URLs the origin only.</summary>
    /// <param name="variable">Reads environment variables.</param>
    public static string Describe(Func<string, string?> variable)
    {
        if (IsSet("AWS_WEB_IDENTITY_TOKEN_FILE") && IsSet("AWS_ROLE_ARN"))
        {
            return $"AWS STS at {Origin("AWS_ENDPOINT_URL_STS") ?? Origin("AWS_ENDPOINT_URL") ?? $"the endpoint of {variable("AWS_REGION")}"} (AWS_WEB_IDENTITY_TOKEN_FILE is set)";
        }

        if (IsSet("AWS_PROFILE"))
        {
            return "what the profile of AWS_PROFILE names";
        }

        return Origin("AWS_CONTAINER_CREDENTIALS_FULL_URI") is { } container ? $"the container's credentials endpoint {container} (AWS_CONTAINER_CREDENTIALS_FULL_URI)"
            : IsSet("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") ? "the container's credentials endpoint 169.254.170.2 (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)"
            : $"the instance metadata service {Origin("AWS_EC2_METADATA_SERVICE_ENDPOINT") ?? "169.254.169.254"} (nothing else is configured), or a profile";

        bool IsSet(string name) => !string.IsNullOrEmpty(variable(name));
        string? Origin(string name) => Uri.TryCreate(variable(name), UriKind.Absolute, out var uri) ? $"{uri.Scheme}://{uri.Authority}" : null;
    }
}
