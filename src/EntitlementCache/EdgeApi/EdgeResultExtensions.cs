namespace EntitlementCache.EdgeApi;

/// <summary>What follows from a result.</summary>
internal static class EdgeResultExtensions
{
    /// <summary>An answer that can be acted on.</summary>
    public static bool IsAnswer(this EdgeResult result) => result is EdgeResult.Ok or EdgeResult.NotFound;

    /// <summary>Only an operator can repair it.</summary>
    public static bool IsConfigurationError(this EdgeResult result) => result is EdgeResult.Unauthorized or EdgeResult.Forbidden;

    /// <summary>It tells something about the API as a whole, not about the one customer that was asked for.</summary>
    public static bool ConcernsAll(this EdgeResult result) => result.IsConfigurationError() || result.MayPassSoon();

    /// <summary>The same call may succeed within seconds.</summary>
    public static bool MayPassSoon(this EdgeResult result) => result is EdgeResult.Throttled or EdgeResult.ServerError or EdgeResult.Timeout or EdgeResult.Network;
}
