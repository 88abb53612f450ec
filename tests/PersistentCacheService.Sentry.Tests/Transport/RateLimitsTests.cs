using System.Globalization;
using System.Net;
using PersistentCacheService.Sentry.Transport;
using TestKit;

namespace PersistentCacheService.Sentry.Tests.Transport;

public sealed class RateLimitsTests
{
    private static readonly DateTimeOffset Now = ManualTimeProvider.DefaultStart;

    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData("60:error:organization", 60.0)]
    [InlineData("60::organization", 60.0)]
    [InlineData("60", 60.0)]
    [InlineData("2.5:default;error:key:quota_exceeded", 2.5)]
    [InlineData("60:transaction:key, 2700:default;error;security:organization:reason:ns", 2700.0)]
    [InlineData("10:error:key , 20:error:org,5::x", 20.0)]
    [InlineData("60:ERROR:key", 60.0)]
    [InlineData("soon:error:key", 60.0)]
    [InlineData("-5:error:key", 0.0)]
    [InlineData("1e99:error:key", 86400.0)]
    [InlineData("60:transaction;session:key", null)]
    [InlineData("60:no_such_category:key", null)]
    [InlineData("", null)]
    [InlineData(",,", null)]
    public void The_longest_limit_for_errors_counts(string header, double? seconds) =>
        Assert.Equal(seconds, RateLimits.FromLimits(header)?.TotalSeconds);

    [Theory]
    [InlineData("120", 120.0)]
    [InlineData("1.5", 1.5)]
    [InlineData("Thu, 01 Jan 2026 00:05:00 GMT", 300.0)]
    [InlineData("Wed, 31 Dec 2025 00:05:00 GMT", 0.0)]
    [InlineData("whenever", 60.0)]
    [InlineData("", 60.0)]
    [InlineData(null, 60.0)]
    public void Retry_after_is_seconds_or_a_date(string? header, double seconds) =>
        Assert.Equal(seconds, RateLimits.FromRetryAfter(header, Now).TotalSeconds);

    [Fact]
    public void A_limit_holds_for_its_time_and_a_shorter_one_does_not_shorten_it()
    {
        var limits = new RateLimits(_time);

        Update(limits, HttpStatusCode.OK, (RateLimits.LimitsHeader, "60:error:key"));
        Update(limits, HttpStatusCode.TooManyRequests, ("Retry-After", "10"));

        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.True(limits.IsLimited);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(limits.IsLimited);
    }

    [Fact]
    public void Limits_for_other_categories_keep_a_429_from_being_a_global_pause()
    {
        var limits = new RateLimits(_time);

        Update(limits, HttpStatusCode.TooManyRequests, (RateLimits.LimitsHeader, "60:transaction:key"), ("Retry-After", "60"));

        Assert.False(limits.IsLimited);
    }

    [Fact]
    public void An_answer_without_any_of_it_is_no_limit()
    {
        var limits = new RateLimits(_time);

        Update(limits, HttpStatusCode.OK);
        Update(limits, HttpStatusCode.ServiceUnavailable, ("Retry-After", "60"));

        Assert.False(limits.IsLimited);
    }

    private static void Update(RateLimits limits, HttpStatusCode status, params (string Name, string Value)[] headers)
    {
        using var response = new HttpResponseMessage(status);
        foreach (var (name, value) in headers)
        {
            Assert.True(response.Headers.TryAddWithoutValidation(name, value), string.Create(CultureInfo.InvariantCulture, $"{name} was refused"));
        }

        limits.Update(response);
    }
}
