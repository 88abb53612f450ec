namespace Sidecar.Realtime;

/// <summary>Why a connection ended; the text carries neither the key nor anything of an event.</summary>
/// <param name="message">The reason.</param>
/// <param name="cause">What threw; null: nothing did.</param>
internal sealed class RealtimeException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The server does not take the API key.</summary>
    public bool IsKeyRefused { get; init; }

    /// <summary>The server has enough for the moment: no cause for alarm.</summary>
    public bool IsThrottled => Message.Contains("ThrottlerException", StringComparison.Ordinal);
}
