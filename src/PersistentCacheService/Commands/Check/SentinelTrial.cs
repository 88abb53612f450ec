using EntitlementCache.Redis;
using EntitlementCache.Redis.Sentinels;
using EntitlementCache.Settings;

namespace PersistentCacheService.Commands.Check;

/// <summary>What each sentinel says. One that fails is a warning while most of them agree on a primary: a failover needs a majority.</summary>
internal static class SentinelTrial
{
    /// <summary>Asks every sentinel; nothing where there are none.</summary>
    public static async Task<IReadOnlyList<Finding>> RunAsync(RedisSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        if (settings.Sentinel is not { } sentinel)
        {
            return [];
        }

        await using var sentinels = new SentinelGroup(sentinel, settings, time);
        var answers = await sentinels.AskAllAsync(cancellationToken);
        var most = sentinels.MostNamed(answers);
        return [.. answers.Select(answer => Describe(answer, sentinel.Master, most?.Address, isAgreed: most is { HasMajority: true }))];
    }

    private static Finding Describe(SentinelAnswer answer, string master, HostAndPort? most, bool isAgreed)
    {
        const string Subject = "sentinel";
        if (answer.Problem is { } problem)
        {
            var severity = isAgreed ? Severity.Warning : problem.Kind.NeedsConfiguration() || IsUnknownName(problem) ? Severity.Misconfigured : Severity.Unavailable;
            return new Finding(severity, Subject, $"{answer.Sentinel} {problem.Message}", RedisFailureKind.NoPrimaryKnown.Remedy());
        }

        return answer.Primary == most
            ? Finding.Ok(Subject, $"{answer.Sentinel} names {answer.Primary} as the primary of {master}")
            : new Finding(Severity.Warning, Subject, $"{answer.Sentinel} names another primary of {master}, {answer.Primary}.", "look at its log: it is out of date, or a failover is under way");
    }

    private static bool IsUnknownName(RedisFailureException problem) => problem.Kind == RedisFailureKind.NoPrimaryKnown;
}
