using EntitlementCache.Settings;

namespace EntitlementCache.Redis.Access;

/// <summary>A password from the settings, or from a file that may change at any time.</summary>
internal static class StoredPassword
{
    /// <summary>The password of now, null: none.</summary>
    /// <exception cref="RedisFailureException">The file cannot be read.</exception>
    public static async Task<string?> ReadAsync(Secret? password, string? file, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            return password?.Reveal();
        }

        try
        {
            return (await File.ReadAllTextAsync(file, cancellationToken)).TrimEnd('\r', '\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RedisFailureException(RedisFailureKind.AuthenticationFailed, $"The password file {file} cannot be read: {exception.Message}", exception);
        }
    }
}
