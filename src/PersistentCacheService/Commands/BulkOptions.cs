namespace PersistentCacheService.Commands;

/// <summary>The options of the commands that deal with many customers: <c>warm</c> and <c>audit</c>.</summary>
/// <param name="File"><c>warm</c>: path of a list of customers, <c>-</c>: standard input; null: another source.</param>
/// <param name="From"><c>warm</c>: URL of a Redis whose cached customers are taken, or <c>@</c> and the path of a file that holds it; null: another source.</param>
/// <param name="FromPrefix"><c>warm</c>: environment prefix there; null: the same as here.</param>
/// <param name="Recent"><c>warm</c>: the customers that the worker on this machine remembers.</param>
internal sealed record BulkOptions(string? File = null, string? From = null, string? FromPrefix = null, bool Recent = false)
{
    /// <summary>Edge API calls a second, at most.</summary>
    public const int LargestRate = 1_000;

    /// <summary>Customers of a sample, at most.</summary>
    public const int LargestSample = 1_000_000_000;

    /// <summary><c>warm</c>: fetch those that are fresh, too.</summary>
    public bool All { get; init; }

    /// <summary>Edge API calls a second; null: the default.</summary>
    public int? Rate { get; init; }

    /// <summary><c>audit</c>: customers to compare; 0: all; null: the default.</summary>
    public int? Sample { get; init; }

    /// <summary><c>audit</c>: apply what was fetched for those that are wrong.</summary>
    public bool Repair { get; init; }
}
