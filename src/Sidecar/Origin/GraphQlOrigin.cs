using System.Text;
using EntitlementCache.EdgeApi;
using Grpc.Core;
using Sidecar.GraphQl;
using Sidecar.Model;

namespace Sidecar.Origin;

/// <summary>The GraphQL API in the Edge API's place, for <c>EDGE_ENABLED=0</c>. The answer has the same form.</summary>
/// <param name="api">The client, which counts failures.</param>
/// <param name="breaker">Keeps calls from an API that does not work.</param>
/// <param name="slots">Bounds calls at once.</param>
/// <param name="rendering">Reads answers.</param>
/// <param name="timeout">Deadline of a call.</param>
/// <param name="time">Clock.</param>
internal sealed class GraphQlOrigin(
    GraphQlClient api, EdgeBreaker breaker, FetchSlots slots, StateRendering rendering, TimeSpan timeout, TimeProvider time) : IOrigin
{
    private const string Query =
        "query GetEntitlementsState($query:FetchEntitlementsQuery!){entitlementsState(query:$query){__typename entitlementsV2" + EntitlementFields.Selection + " accessDeniedReason}}";

    /// <inheritdoc/>
    public async Task<FetchedState?> FetchAsync(EntityId id, CancellationToken cancellationToken)
    {
        if (breaker.Remaining > TimeSpan.Zero || !await slots.TryTakeAsync(cancellationToken))
        {
            return null;
        }

        try
        {
            return breaker.TryEnter(out _) ? await CallAsync(id, cancellationToken) : null;
        }
        finally
        {
            slots.Release();
        }
    }

    private static ReadOnlyMemory<byte> Body(EntityId id) => GraphQlBody.Write("GetEntitlementsState", Query, json =>
    {
        json.WriteStartObject("query");
        json.WriteString("customerId", id.CustomerId);
        if (id.ResourceId is { } resource)
        {
            json.WriteString("resourceId", resource);
        }

        json.WriteEndObject();
    });

    private async Task<FetchedState?> CallAsync(EntityId id, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var sent = time.GetUtcNow().ToUnixTimeMilliseconds();
        try
        {
            using var answer = await api.SendAsync(Body(id), isRepeatable: true, either.Token);
            breaker.Succeeded();
            return rendering.Read(Encoding.UTF8.GetBytes(answer.RootElement.GetRawText()), id, sent);
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.NotFound or StatusCode.InvalidArgument)
        {
            // About this one customer: the API works.
            breaker.Succeeded();
            return exception.StatusCode == StatusCode.NotFound ? new FetchedState(CachedCustomer.Missing, 0) : null;
        }
        catch (RpcException exception)
        {
            breaker.Failed(atOnce: exception.StatusCode is StatusCode.Unauthenticated or StatusCode.PermissionDenied, retryAfter: null);
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            breaker.Failed(atOnce: false, retryAfter: null);
            return null;
        }
        catch
        {
            breaker.Forgotten();
            throw;
        }
    }
}
