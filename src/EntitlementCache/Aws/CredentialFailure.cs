using System.Net.Sockets;
using System.Text.RegularExpressions;
using Amazon.Runtime;
using EntitlementCache.Outbound;

namespace EntitlementCache.Aws;

/// <summary>Why the credential chain delivers nothing: the SDK wraps it, and says the same of every cause.</summary>
internal static partial class CredentialFailure
{
    private const int MatchTimeoutInMilliseconds = 1000;

    /// <summary>What the service that was asked for credentials says, else the outer and the innermost message, on one line and without the token.</summary>
    public static string Describe(Exception exception)
    {
        if (Refusal(exception) is { } refusal)
        {
            return Clean($"{refusal.ErrorCode} (HTTP {(int)refusal.StatusCode}{(string.IsNullOrEmpty(refusal.RequestId) ? "" : ", request id " + refusal.RequestId)}): {FirstLine(refusal.Message)}");
        }

        var innermost = exception.GetBaseException();
        return Clean(innermost == exception || exception.Message.Contains(innermost.Message, StringComparison.Ordinal)
            ? exception.Message
            : $"{exception.Message.TrimEnd().TrimEnd('.')}: {innermost.Message}");
    }

    /// <summary>What an operator can do about it, as the second half of a sentence; null: there is nothing more to say than that there are none.</summary>
    public static string? Remedy(Exception exception) => exception.GetBaseException() is CredentialException { Remedy: var known } ? known : Refusal(exception)?.ErrorCode switch
    {
        "AccessDenied" or "AccessDeniedException" =>
            "the role may not be assumed: compare AWS_ROLE_ARN, and in the role's trust policy the provider, sub (system:serviceaccount:NAMESPACE:NAME) and aud (sts.amazonaws.com)",
        "InvalidIdentityToken" or "InvalidIdentityTokenException" or "IDPRejectedClaim" or "IDPRejectedClaimException" =>
            "AWS has no identity provider for this token: create the IAM OIDC provider of the cluster's issuer in the role's account, with the audience sts.amazonaws.com",
        "IDPCommunicationError" or "IDPCommunicationErrorException" => "STS cannot reach the cluster's issuer: it passes by itself, or the issuer is not public",
        "ExpiredToken" or "ExpiredTokenException" =>
            "the service account's token has expired: check this machine's clock, and that the kubelet renews the file of AWS_WEB_IDENTITY_TOKEN_FILE (a projected token, not a copy)",
        "ValidationError" or "ValidationException" or "ValidationErrorException" =>
            "AWS_ROLE_ARN is malformed: it has the form arn:aws:iam::123456789012:role/NAME; with a session name of your own check AWS_ROLE_SESSION_NAME, too",
        "RegionDisabledException" => "STS is not active in that region: activate it in the account's settings, or check AWS_REGION",
        not null => "the service that gives the credentials refuses: check the role, and for keys of a profile the keys",
        _ => OfTransport(exception),
    };

    private static string? OfTransport(Exception exception) => exception.GetBaseException() switch
    {
        SocketException unresolved when unresolved.IsUnresolved() => "a name that credentials come from has no address: check AWS_REGION, which is part of STS's name, and the cluster's DNS",
        SocketException or HttpRequestException or IOException { Message: not null } and not FileNotFoundException and not DirectoryNotFoundException or OperationCanceledException or TimeoutException =>
            "let this process reach what it gets its credentials from: check the network policy and HTTPS_PROXY and NO_PROXY",
        FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException => "a file of the credentials cannot be read: check AWS_WEB_IDENTITY_TOKEN_FILE and the pod's volumes",
        _ => null,
    };

    private static AmazonServiceException? Refusal(Exception? exception)
    {
        AmazonServiceException? innermost = null;
        for (; exception is not null; exception = exception.InnerException)
        {
            innermost = exception is AmazonServiceException { ErrorCode.Length: > 0 } error && (int)error.StatusCode != 0 ? error : innermost;
        }

        return innermost;
    }

    // What AWS answers to a wrong signature continues with the canonical request, and that has the session token in it.
    private static string FirstLine(string text) => text.TrimStart().Split('\n', 2)[0];

    // STS quotes what it finds invalid, and that can be the token.
    private static string Clean(string text) => Tokens().Replace(text.ReplaceLineEndings(" ").Trim(), "***");

    [GeneratedRegex("""(?<=Value ')[^']*(?=' at 'webIdentityToken')|eyJ[A-Za-z0-9_=-]+(\.[A-Za-z0-9_=-]+)*""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, MatchTimeoutInMilliseconds)]
    private static partial Regex Tokens();
}
