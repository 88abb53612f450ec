namespace EntitlementCache.EdgeApi;

/// <summary>How a call to the Edge API ended; the label <c>result</c> of <c>persistent_cache_edge_calls_total</c>.</summary>
internal enum EdgeResult
{
    /// <summary>200 with the answer that was asked for.</summary>
    Ok,

    /// <summary>404: no such customer.</summary>
    NotFound,

    /// <summary>401: the API key is wrong or revoked.</summary>
    Unauthorized,

    /// <summary>403: the API key may not do this.</summary>
    Forbidden,

    /// <summary>429.</summary>
    Throttled,

    /// <summary>5xx, and 408.</summary>
    ServerError,

    /// <summary>No complete answer within the call's deadline.</summary>
    Timeout,

    /// <summary>No connection, no TLS, or a connection lost on the way.</summary>
    Network,

    /// <summary>Any other status: redirects are not followed (the key would follow them), and a retry does not help a 400.</summary>
    Rejected,

    /// <summary>200 with errors in it, not JSON, larger than accepted, or not the form of the contract.</summary>
    InvalidAnswer,
}
