using System.Diagnostics;

namespace PersistentCacheService.Sentry.Events;

/// <summary>An exception with all it was caused by.</summary>
internal static class ExceptionChain
{
    // A chain deeper than that is a loop or an aggregate of hundreds; the event has a size limit of 1 MB.
    private const int MaxExceptions = 10;

    // The frames nearest to the throw tell what happened; recursion would fill the event.
    private const int MaxFrames = 60;

    /// <summary>The exceptions, the outermost first, the members of an aggregate in their order.</summary>
    public static IReadOnlyList<Exception> Of(Exception exception)
    {
        var chain = new List<Exception>();
        Add(exception);
        return chain;

        void Add(Exception current)
        {
            if (chain.Count == MaxExceptions)
            {
                return;
            }

            chain.Add(current);
            if (current is AggregateException aggregate)
            {
                foreach (var inner in aggregate.InnerExceptions)
                {
                    Add(inner);
                }
            }
            else if (current.InnerException is { } inner)
            {
                Add(inner);
            }
        }
    }

    /// <summary>The frames of one exception, the caller first, the throwing one last.</summary>
    public static IReadOnlyList<StackFrame> FramesOf(Exception exception)
    {
        var frames = new StackTrace(exception, fNeedFileInfo: true).GetFrames();
        return [.. frames.Take(MaxFrames).Reverse()];
    }

    /// <summary>What makes two exceptions the same trouble: the types of the chain and the place of the innermost throw.</summary>
    public static string SignatureOf(Exception exception)
    {
        var chain = Of(exception);
        var frame = new StackTrace(chain[^1], fNeedFileInfo: false).GetFrame(0);
        var place = frame is null ? null : DiagnosticMethodInfo.Create(frame);
        return string.Join(" < ", chain.Select(member => member.GetType().FullName)) + $" @ {place?.DeclaringTypeName}.{place?.Name}";
    }
}
