using System.Diagnostics.CodeAnalysis;

namespace PersistentCacheService.Sentry;

/// <summary>
/// Where a project's events go: <c>{scheme}://{publicKey}[:{secret}]@{host}[:{port}]{/path}/{projectId}</c>.
/// </summary>
internal sealed class Dsn
{
    private Dsn(Uri uri, string publicKey, string? secret, string path, string projectId)
    {
        PublicKey = publicKey;
        Secret = secret;
        ProjectId = projectId;
        Authority = uri.Authority;
        // The legacy secret is no part of what identifies the project.
        Canonical = $"{uri.Scheme}://{publicKey}@{uri.Authority}{path}/{projectId}";
        EnvelopeUri = new Uri($"{uri.Scheme}://{uri.Authority}{path}/api/{projectId}/envelope/");
    }

    /// <summary>Identifies the sender; not secret to Sentry, but kept out of logs all the same.</summary>
    public string PublicKey { get; }

    /// <summary>Legacy second part of the credentials, sent only when the DSN has it.</summary>
    public string? Secret { get; }

    /// <summary>The project's id, digits.</summary>
    public string ProjectId { get; }

    /// <summary>Host and port, fit for a log line.</summary>
    public string Authority { get; }

    /// <summary>The DSN as an envelope's header carries it, without the secret.</summary>
    public string Canonical { get; }

    /// <summary>The ingestion endpoint.</summary>
    public Uri EnvelopeUri { get; }

    /// <summary>Parses a DSN.</summary>
    /// <param name="text">The DSN.</param>
    /// <param name="dsn">The parsed DSN on success.</param>
    /// <param name="problem">Otherwise what is wrong, without any part of the text.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Dsn? dsn, [NotNullWhen(false)] out string? problem)
    {
        dsn = null;
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
        {
            problem = "it is not an http or https URL";
            return false;
        }

        var credentials = uri.UserInfo.Split(':', 2);
        if (credentials[0].Length == 0)
        {
            problem = "it has no public key before the @";
            return false;
        }

        var path = uri.AbsolutePath.TrimEnd('/');
        var lastSlash = path.LastIndexOf('/');
        var projectId = path[(lastSlash + 1)..];
        if (lastSlash < 0 || projectId.Length == 0)
        {
            problem = "it has no project id at its end";
            return false;
        }

        var secret = credentials.Length == 2 && credentials[1].Length > 0 ? credentials[1] : null;
        dsn = new Dsn(uri, credentials[0], secret, path[..lastSlash], projectId);
        problem = null;
        return true;
    }

    /// <summary>Without key and secret.</summary>
    public override string ToString() => $"{Authority}, project {ProjectId}";
}
