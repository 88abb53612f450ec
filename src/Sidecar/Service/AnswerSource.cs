namespace Sidecar.Service;

/// <summary>What a read was answered from.</summary>
internal enum AnswerSource
{
    /// <summary>The cache.</summary>
    Hit,

    /// <summary>The Edge API after a miss, or the cache's last word when that did not answer.</summary>
    Miss,

    /// <summary>The cache missed and the Edge API did not answer: a fallback follows.</summary>
    Nothing,

    /// <summary>Nothing was asked: offline, or an invalid id.</summary>
    NotAsked,
}
