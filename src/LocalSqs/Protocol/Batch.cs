using System.Buffers;
using LocalSqs.Faults;
using LocalSqs.Protocol.Json;

namespace LocalSqs.Protocol;

/// <summary>What all batch calls have in common: the rules for entries and the answer's shape.</summary>
internal static class Batch
{
    private const int LargestBatch = 10;
    private const int LongestId = 80;

    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>The entries, their number and ids checked.</summary>
    /// <exception cref="SqsException">The whole request is refused.</exception>
    public static List<T> Check<T>(BatchRequest<T> request)
        where T : IEntry
    {
        var entries = request.Entries ?? [];
        if (entries.Count == 0)
        {
            throw new SqsException(SqsError.EmptyBatchRequest);
        }

        if (entries.Count > LargestBatch)
        {
            throw new SqsException(SqsError.TooManyEntries(entries.Count));
        }

        var ids = new HashSet<string>(entries.Count, StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (entry.Id is not { Length: > 0 and <= LongestId } id || id.AsSpan().ContainsAnyExcept(IdCharacters))
            {
                throw new SqsException(SqsError.InvalidBatchEntryId);
            }

            if (!ids.Add(id))
            {
                throw new SqsException(SqsError.IdsNotDistinct(id));
            }
        }

        return entries;
    }

    /// <summary>Executes each entry.</summary>
    /// <param name="entries">The entries, checked.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="faults">They may strike single entries.</param>
    /// <param name="execute">Gives the answer; throws what a call of its own would be answered with.</param>
    public static BatchAnswer Execute<T>(List<T> entries, SqsOperation operation, SqsFaults faults, Func<T, EntryAnswer> execute)
        where T : IEntry
    {
        List<EntryAnswer> successful = new(entries.Count);
        List<FailedEntry>? failed = null;
        foreach (var entry in entries)
        {
            var error = faults.NextEntryFailure(operation);
            if (error is null)
            {
                try
                {
                    successful.Add(execute(entry) with { Id = entry.Id });
                    continue;
                }
                catch (SqsException refused)
                {
                    error = refused.Error;
                }
            }

            (failed ??= []).Add(new FailedEntry(entry.Id!, error.QueryCode[..error.QueryCode.IndexOf(';', StringComparison.Ordinal)], error.SenderFault, error.Message));
        }

        return new BatchAnswer(successful.Count == 0 ? null : successful, failed);
    }
}
