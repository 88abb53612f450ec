using System.Collections;
using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Caching;
using Sidecar.Decisions;
using Sidecar.Http;
using Sidecar.Model;
using Sidecar.Observability;
using Sidecar.Origin;
using Sidecar.Service;
using Sidecar.Writes;
using Stigg.Sidecar.V1;
using TestKit;

namespace Sidecar.Tests.Service;

/// <summary>Reads of a cache, and of values from it, that fail in ways that nothing foresees.</summary>
public sealed class UnexpectedFailureTests : IDisposable
{
    private readonly CapturedLogs _logs = new();
    private readonly SidecarMetrics _metrics = new();
    private readonly FailingCache _cache = new();
    private readonly FailingOrigin _origin = new();
    private readonly UnexpectedFailures _failures;
    private readonly EntitlementReader _reader;
    private readonly Calls _calls;

    public UnexpectedFailureTests()
    {
        _failures = new UnexpectedFailures(TimeProvider.System, _logs.Logger<UnexpectedFailures>());
        _reader = new EntitlementReader(_cache, _origin, _metrics, TimeProvider.System, _failures, NullLogger<EntitlementReader>.Instance);
        var fallbacks = Fallbacks.Parse("""{"seats":{"hasAccess":true}}""", out _);
        _calls = new Calls(fallbacks, _metrics, TimeProvider.System, _failures, _reader);
    }

    public void Dispose()
    {
        _reader.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public async Task A_value_that_no_decision_can_be_made_of_is_answered_by_the_fallback_and_logged_once()
    {
        _cache.Read = static () => new CacheLookup(IsHit: true, new CachedCustomer(Exists: true, new Broken(), null), IsGlobalMissing: false);

        Assert.True((await _calls.GetBooleanAsync(new() { CustomerId = "acme", FeatureId = "seats" }, default)) is { HasAccess: true, IsFallback: true });
        Assert.True((await _calls.GetNumericAsync(new() { CustomerId = "acme", FeatureId = "seats" }, default)) is { HasAccess: true, IsFallback: true });
        Assert.True((await _calls.GetMeteredAsync(new() { CustomerId = "acme", FeatureId = "seats" }, default)) is { HasAccess: true, IsFallback: true });
        Assert.True((await _calls.GetEnumAsync(new() { CustomerId = "acme", FeatureId = "seats" }, default)) is { HasAccess: true, IsFallback: true });
        Assert.True((await _calls.GetEntitlementAsync(new() { CustomerId = "acme", FeatureId = "seats" }, default)) is { HasAccess: true, IsFallback: true });
        Assert.True((await _calls.GetEntitlementV2Async(new() { CustomerId = "acme", FeatureId = "seats" }, default)).Entitlement is { HasAccess: true, IsFallback: true });
        Assert.Single((await _calls.GetEntitlementsAsync(new() { CustomerId = "acme" }, default)).Entitlements);
        Assert.True(Assert.Single((await _calls.GetEntitlementsStateV2Async(new() { CustomerId = "acme" }, default)).Entitlements).IsFallback);
        Assert.Single(_logs.WithEvent(3102));
    }

    /// <summary>A read ends without an answer only when its own caller has left.</summary>
    [Fact]
    public async Task A_cancellation_that_is_not_the_callers_is_answered_by_the_fallback()
    {
        _cache.Read = static () => throw new OperationCanceledException();
        Assert.True((await _calls.GetBooleanAsync(new() { CustomerId = "acme", FeatureId = "seats" }, default)) is { HasAccess: true, IsFallback: true });

        using var left = new CancellationTokenSource();
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _calls.GetBooleanAsync(new() { CustomerId = "acme", FeatureId = "seats" }, left.Token));
    }

    [Fact]
    public async Task A_stop_is_answered_by_the_fallback_and_is_no_failure()
    {
        _cache.Read = static () => CacheLookup.Nothing;
        _origin.Fetch = static stop => stop.IsCancellationRequested ? throw new OperationCanceledException(stop) : null;
        _reader.Dispose();

        Assert.True((await _calls.GetBooleanAsync(new() { CustomerId = "acme", FeatureId = "seats" }, default)) is { HasAccess: true, IsFallback: true });
        Assert.Empty(_logs.WithEvent(3102));
    }

    [Fact]
    public async Task A_fetch_that_fails_is_answered_by_what_is_still_cached_of_a_resource_too()
    {
        var sso = new CachedEntitlement { Type = EntitlementType.Boolean, Id = "sso" };
        _cache.Read = () => new CacheLookup(IsHit: false, new CachedCustomer(Exists: true, [sso], null), IsGlobalMissing: true);
        _origin.Fetch = static _ => throw new InvalidOperationException("inside");

        Assert.True((await _calls.GetBooleanAsync(new() { CustomerId = "acme", ResourceId = "r", FeatureId = "sso" }, default)) is { HasAccess: true, IsFallback: false });
        Assert.Single(_logs.WithEvent(3102));
    }

    [Fact]
    public async Task Another_call_that_fails_tells_the_caller_nothing_of_the_text_and_the_log_everything()
    {
        var timer = new CallTimer(_metrics, TimeProvider.System, _failures);

        for (var i = 0; i < 2; i++)
        {
            var failure = await Assert.ThrowsAsync<RpcException>(
                () => timer.EndsWith("ReportUsage", timer.Now, Task.FromException<ReportUsageResponse>(new InvalidOperationException("inside")), default));
            Assert.Equal(StatusCode.Internal, failure.StatusCode);
            Assert.DoesNotContain("inside", failure.Status.Detail, StringComparison.Ordinal);
        }

        Assert.Equal("inside", Assert.Single(_logs.WithEvent(3103)).Exception!.Message);
    }

    [Fact]
    public async Task Over_HTTP_it_is_a_problem()
    {
        _origin.Fetch = static _ => throw new InvalidOperationException("inside");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        var writes = new UsageWrites(TimeProvider.System, NullLogger<UsageWrites>.Instance);
        JsonCalls.Map(app, _calls, writes, new CallTimer(_metrics, TimeProvider.System, _failures), _failures);
        await app.StartAsync();
        using var http = new HttpClient();
        using var content = new StringContent("""{"customerId":"acme"}""");

        using var response = await http.PostAsync(new Uri($"{app.Urls.First()}/v1/ReloadEntitlements"), content);

        Assert.Equal((HttpStatusCode.InternalServerError, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.DoesNotContain("inside", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Single(_logs.WithEvent(3103));
    }

    private sealed class FailingCache : IEntitlementCache
    {
        public Func<CacheLookup> Read { get; set; } = static () => CacheLookup.Nothing;

        public ValueTask<CacheLookup> ReadAsync(EntityId id, ReadScope scope, CancellationToken cancellationToken) => ValueTask.FromResult(Read());

        public async Task<CachedCustomer?> RefetchAsync(EntityId id, ReadScope scope, Func<Task<FetchedState?>> fetch, CancellationToken cancellationToken) => (await fetch())?.Customer;

        public Task StoreAsync(EntityId id, FetchedState state, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task UpdateUsageAsync(EntityId id, string usageId, bool isCredit, CachedUsage usage, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class FailingOrigin : IOrigin
    {
        public Func<CancellationToken, FetchedState?> Fetch { get; set; } = static _ => null;

        public Task<FetchedState?> FetchAsync(EntityId id, CancellationToken cancellationToken) => Task.FromResult(Fetch(cancellationToken));
    }

    private sealed class Broken : IReadOnlyList<CachedEntitlement>
    {
        public int Count => throw new InvalidOperationException("broken");

        public CachedEntitlement this[int index] => throw new InvalidOperationException("broken");

        public IEnumerator<CachedEntitlement> GetEnumerator() => throw new InvalidOperationException("broken");

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
