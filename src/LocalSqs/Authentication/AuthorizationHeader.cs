using LocalSqs.Protocol;

namespace LocalSqs.Authentication;

/// <summary>The parts of an <c>Authorization: AWS4-HMAC-SHA256 ...</c> header.</summary>
internal sealed record AuthorizationHeader(string AccessKey, string Date, string Region, string Service, string[] SignedHeaders, string Signature)
{
    /// <summary>Name of the only algorithm.</summary>
    public const string Algorithm = "AWS4-HMAC-SHA256";

    private const string Terminator = "aws4_request";

    /// <summary>The scope that the string to sign names.</summary>
    public string Scope => $"{Date}/{Region}/{Service}/{Terminator}";

    /// <exception cref="SqsException">The header is missing or incomplete.</exception>
    public static AuthorizationHeader Parse(string? header)
    {
        if (string.IsNullOrEmpty(header))
        {
            throw new SqsException(SqsError.MissingAuthentication);
        }

        if (!header.StartsWith(Algorithm + " ", StringComparison.Ordinal))
        {
            throw Incomplete("The Authorization header must start with " + Algorithm + ".");
        }

        var parts = header[Algorithm.Length..]
            .Split(',', StringSplitOptions.TrimEntries)
            .Select(static part => part.Split('=', 2))
            .Where(static pair => pair.Length == 2)
            .ToLookup(static pair => pair[0], static pair => pair[1], StringComparer.Ordinal);
        var credential = parts["Credential"].FirstOrDefault() ?? throw Incomplete("Authorization header requires 'Credential' parameter.");
        var signedHeaders = parts["SignedHeaders"].FirstOrDefault() ?? throw Incomplete("Authorization header requires 'SignedHeaders' parameter.");
        var signature = parts["Signature"].FirstOrDefault() ?? throw Incomplete("Authorization header requires 'Signature' parameter.");

        // Scope of five parts; only the access key may itself contain a slash.
        var scope = credential.Split('/');
        if (scope.Length < 5 || scope[^1] != Terminator)
        {
            throw Incomplete("Credential must have exactly 5 slash-delimited elements: keyid/date/region/service/aws4_request.");
        }

        return new AuthorizationHeader(string.Join('/', scope[..^4]), scope[^4], scope[^3], scope[^2], signedHeaders.Split(';'), signature);
    }

    private static SqsException Incomplete(string message) => new(SqsError.IncompleteSignature(message));
}
