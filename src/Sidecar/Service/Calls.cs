using Grpc.Core;
using Sidecar.Decisions;
using Sidecar.Model;
using Sidecar.Observability;
using Stigg.Sidecar.V1;

namespace Sidecar.Service;

/// <summary>The reading calls, the same for gRPC and HTTP/JSON. None of them fails: what cannot be found out is answered by a fallback.</summary>
/// <param name="fallbacks">Fallbacks of the configuration.</param>
/// <param name="metrics">Counts answers.</param>
/// <param name="time">Clock.</param>
/// <param name="failures">Gets what is answered by a fallback because something is wrong in here.</param>
/// <param name="reader">Finds out; null: offline.</param>
internal sealed class Calls(Fallbacks fallbacks, SidecarMetrics metrics, TimeProvider time, UnexpectedFailures failures, EntitlementReader? reader = null)
{
    public async Task<GetBooleanEntitlementResponse> GetBooleanAsync(GetBooleanEntitlementRequest request, CancellationToken cancellationToken)
    {
        var own = request.Options?.Fallback is { } fallback ? new Fallback { HasAccess = fallback.HasAccess } : null;
        var id = EntityId.Of(request.CustomerId, request.HasResourceId, request.ResourceId);
        var question = await AskAsync("GetBooleanEntitlement", id, ReadScope.Feature(request.FeatureId), own, cancellationToken);
        return Answer(question, static question =>
        {
            var decision = DecisionRules.Typed(EntitlementType.Boolean, question);
            var response = new GetBooleanEntitlementResponse { HasAccess = decision.HasAccess, IsFallback = decision.IsFallback, Entitlement = Responses.Boolean(decision) };
            if (decision.Reason is { } reason)
            {
                response.AccessDeniedReason = reason;
            }

            return response;
        });
    }

    public async Task<GetNumericEntitlementResponse> GetNumericAsync(GetNumericEntitlementRequest request, CancellationToken cancellationToken)
    {
        var own = request.Options?.Fallback is { } fallback
            ? new Fallback { HasAccess = fallback.HasAccess, Value = fallback.HasValue ? fallback.Value : null, IsUnlimited = fallback.HasIsUnlimited ? fallback.IsUnlimited : null }
            : null;
        var id = EntityId.Of(request.CustomerId, request.HasResourceId, request.ResourceId);
        var question = await AskAsync("GetNumericEntitlement", id, ReadScope.Feature(request.FeatureId), own, cancellationToken);
        return Answer(question, static question =>
        {
            var decision = DecisionRules.Typed(EntitlementType.Numeric, question);
            var response = new GetNumericEntitlementResponse { HasAccess = decision.HasAccess, IsFallback = decision.IsFallback, Entitlement = Responses.Numeric(decision) };
            if (decision.Reason is { } reason)
            {
                response.AccessDeniedReason = reason;
            }

            return response;
        });
    }

    public async Task<GetMeteredEntitlementResponse> GetMeteredAsync(GetMeteredEntitlementRequest request, CancellationToken cancellationToken)
    {
        var own = request.Options?.Fallback is { } fallback
            ? new Fallback { HasAccess = fallback.HasAccess, UsageLimit = fallback.HasUsageLimit ? fallback.UsageLimit : null, IsUnlimited = fallback.HasIsUnlimited ? fallback.IsUnlimited : null }
            : null;
        var requested = request.Options is { HasRequestedUsage: true } options ? options.RequestedUsage : 0;
        var id = EntityId.Of(request.CustomerId, request.HasResourceId, request.ResourceId);
        var question = await AskAsync("GetMeteredEntitlement", id, ReadScope.Feature(request.FeatureId), own, cancellationToken);
        return Answer(question with { RequestedUsage = requested }, static question =>
        {
            var decision = DecisionRules.Typed(EntitlementType.Metered, question);
            var response = new GetMeteredEntitlementResponse
            {
                HasAccess = decision.HasAccess,
                IsFallback = decision.IsFallback,
                RequestedUsage = question.RequestedUsage,
                Entitlement = Responses.Metered(decision),
            };
            if (decision.Reason is { } reason)
            {
                response.AccessDeniedReason = reason;
            }

            return response;
        });
    }

    public async Task<GetEnumEntitlementResponse> GetEnumAsync(GetEnumEntitlementRequest request, CancellationToken cancellationToken)
    {
        var own = request.Options?.Fallback is { } fallback ? new Fallback { HasAccess = fallback.HasAccess, EnumValues = [.. fallback.EnumValues] } : null;
        IReadOnlyList<string> requested = request.Options is { } options ? [.. options.RequestedValues] : [];
        var id = EntityId.Of(request.CustomerId, request.HasResourceId, request.ResourceId);
        var question = await AskAsync("GetEnumEntitlement", id, ReadScope.Feature(request.FeatureId), own, cancellationToken);
        return Answer(question with { RequestedValues = requested }, static question =>
        {
            var decision = DecisionRules.Typed(EntitlementType.Enum, question);
            var response = new GetEnumEntitlementResponse { HasAccess = decision.HasAccess, IsFallback = decision.IsFallback, Entitlement = Responses.Enumeration(decision) };
            response.RequestedValues.Add(question.RequestedValues);
            if (decision.Reason is { } reason)
            {
                response.AccessDeniedReason = reason;
            }

            return response;
        });
    }

    public async Task<GetEntitlementResponse> GetEntitlementAsync(GetEntitlementRequest request, CancellationToken cancellationToken)
    {
        var id = EntityId.Of(request.CustomerId, request.HasResourceId, request.ResourceId);
        var question = await AskAsync("GetEntitlement", id, ReadScope.Feature(request.FeatureId), Own(request.Options), cancellationToken);
        return Answer(With(question, request.Options), static question => Responses.Generic(DecisionRules.Generic(question)));
    }

    public async Task<GetEntitlementV2Response> GetEntitlementV2Async(GetEntitlementV2Request request, CancellationToken cancellationToken)
    {
        var isCredit = request.HasCurrencyId && request.CurrencyId.Length > 0;
        var isFeature = request.HasFeatureId && request.FeatureId.Length > 0;
        if (isCredit == isFeature)
        {
            // Wants exactly one of them; the answer is the fallback, not an error.
            metrics.Answered("GetEntitlementV2", AnswerSource.NotAsked, TimeSpan.Zero);
            return new GetEntitlementV2Response { Entitlement = Responses.V2(DecisionRules.FallBack(Own(request.Options) ?? Fallback.Denied)) };
        }

        var id = EntityId.Of(request.CustomerId, request.HasResourceId, request.ResourceId);
        var scope = isCredit ? ReadScope.Credit(request.CurrencyId) : ReadScope.Feature(request.FeatureId);
        var question = With(await AskAsync("GetEntitlementV2", id, scope, Own(request.Options), cancellationToken), request.Options);
        Func<Question, Decision> decide = isCredit ? DecisionRules.Credit : DecisionRules.Generic;
        return Answer(question, question => new GetEntitlementV2Response { Entitlement = Responses.V2(decide(question)) });
    }

    public Task<GetEntitlementsResponse> GetEntitlementsAsync(GetEntitlementsRequest request, CancellationToken cancellationToken) => ListAsync(
        "GetEntitlements",
        EntityId.Of(request.CustomerId, request.HasResourceId, request.ResourceId),
        static (decisions, reason) =>
        {
            var response = new GetEntitlementsResponse { Entitlements = { decisions.Select(Responses.Listed).OfType<Entitlement>() } };
            if (reason is { } denied)
            {
                response.AccessDeniedReason = denied;
            }

            return response;
        },
        cancellationToken);

    public Task<GetEntitlementsStateV2Response> GetEntitlementsStateV2Async(GetEntitlementsStateV2Request request, CancellationToken cancellationToken) => ListAsync(
        "GetEntitlementsStateV2",
        EntityId.Of(request.CustomerId, request.HasResourceId, request.ResourceId),
        static (decisions, reason) =>
        {
            var response = new GetEntitlementsStateV2Response { Entitlements = { decisions.Select(Responses.V2) } };
            if (reason is { } denied)
            {
                response.AccessDeniedReason = denied;
            }

            return response;
        },
        cancellationToken);

    /// <summary>Fetches again; unlike reads it fails when the Edge API cannot be asked, because there is nothing true to answer.</summary>
    public async Task<ReloadEntitlementsResponse> ReloadAsync(ReloadEntitlementsRequest request, CancellationToken cancellationToken)
    {
        var id = EntityId.Of(request.CustomerId, request.HasResourceId, request.ResourceId);
        if (!id.IsValid)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "customer_id or resource_id is not a valid id."));
        }

        if (reader is null)
        {
            return new ReloadEntitlementsResponse { EntitledEntityExists = true };
        }

        var customer = await reader.ReloadAsync(id, cancellationToken)
            ?? throw new RpcException(new Status(StatusCode.Unavailable, "The Edge API did not answer; nothing was reloaded."));
        return new ReloadEntitlementsResponse { EntitledEntityExists = customer.IsKnownToStigg };
    }

    private static Fallback? Own(GetEntitlementOptions? options) => options?.Fallback is { } fallback
        ? new Fallback
        {
            HasAccess = fallback.HasAccess,
            Value = fallback.HasValue ? fallback.Value : null,
            IsUnlimited = fallback.HasIsUnlimited ? fallback.IsUnlimited : null,
            UsageLimit = fallback.HasUsageLimit ? fallback.UsageLimit : null,
            EnumValues = [.. fallback.EnumValues],
        }
        : null;

    private static Question With(Question question, GetEntitlementOptions? options) => options is null
        ? question
        : question with { RequestedUsage = options.HasRequestedUsage ? options.RequestedUsage : 0, RequestedValues = [.. options.RequestedValues] };

    private async Task<Question> AskAsync(string call, EntityId id, ReadScope scope, Fallback? own, CancellationToken cancellationToken)
    {
        var customer = await FindAsync(call, id, scope, EntityId.IsValidId(scope.Id!), cancellationToken);
        return new Question { Customer = customer, Id = scope.Id!, Now = time.GetUtcNow().ToUnixTimeMilliseconds(), Fallback = fallbacks.Choose(own, scope.Id!) };
    }

    /// <summary>Decides and answers; what fails in that is answered as if nothing were known.</summary>
    private TResponse Answer<TResponse>(Question question, Func<Question, TResponse> respond)
    {
        try
        {
            return respond(question);
        }
        catch (Exception exception)
        {
            failures.OfRead(exception);
            return respond(question with { Customer = null });
        }
    }

    private async Task<TResponse> ListAsync<TResponse>(
        string call, EntityId id, Func<IEnumerable<Decision>, AccessDeniedReason?, TResponse> respond, CancellationToken cancellationToken)
    {
        if (await FindAsync(call, id, ReadScope.All, isValid: true, cancellationToken) is { } customer)
        {
            try
            {
                var now = time.GetUtcNow().ToUnixTimeMilliseconds();
                var decisions = customer.Entitlements
                    .Select(one => DecisionRules.Decide(new Question { Customer = customer, Id = one.Id, Now = now, Fallback = Fallback.Denied }, one));
                var reason = customer.AccessDeniedReason is { } stored ? Reasons.Parse(stored) : customer.Exists ? (AccessDeniedReason?)null : AccessDeniedReason.CustomerNotFound;
                return respond(decisions, reason);
            }
            catch (Exception exception)
            {
                failures.OfRead(exception);
            }
        }

        return respond(fallbacks.ByFeature.Values.Select(DecisionRules.FallBack), null);
    }

    private async Task<CachedCustomer?> FindAsync(string call, EntityId id, ReadScope scope, bool isValid, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var (customer, source) = ((CachedCustomer?)null, AnswerSource.NotAsked);
        if (reader is not null && isValid)
        {
            try
            {
                (customer, source) = await reader.ReadAsync(id, scope, cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                failures.OfRead(exception);
            }
        }

        metrics.Answered(call, source, time.GetElapsedTime(started));
        return customer;
    }
}
