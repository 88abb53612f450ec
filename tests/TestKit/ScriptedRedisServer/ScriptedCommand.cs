namespace TestKit.ScriptedRedisServer;

/// <summary>A command as it arrived.</summary>
/// <param name="Connection">Which connection it came on, counted from 1.</param>
/// <param name="Arguments">Its words, the name first.</param>
public sealed record ScriptedCommand(int Connection, IReadOnlyList<string> Arguments)
{
    /// <summary>The words with blanks between them.</summary>
    public string Text => string.Join(' ', Arguments);

    /// <summary>The first word.</summary>
    public string Name => Arguments[0];
}
