using System.Globalization;

namespace PersistentCacheService.Commands;

/// <summary>The options of the commands that deal with many customers: <c>warm</c> and <c>audit</c>.</summary>
/// <param name="File"><c>warm</c>: path of a list of customers, <c>-</c>: standard input; null: another source.</param>
/// <param name="From"><c>warm</c>: URL of a Redis whose cached customers are taken, or <c>@</c> and the path of a file that holds it; null: another source.</param>
/// <param name="FromPrefix"><c>warm</c>: environment prefix there; null: the same as here.</param>
/// <param name="Recent"><c>warm</c>: the customers that the worker on this machine remembers.</param>
internal sealed record BulkOptions(string? File = null, string? From = null, string? FromPrefix = null, bool Recent = false)
{
    private const int LargestRate = 1_000;
    private const int LargestSample = 1_000_000_000;

    /// <summary><c>warm</c>: fetch those that are fresh, too.</summary>
    public bool All { get; init; }

    /// <summary>Edge API calls a second; null: the default.</summary>
    public int? Rate { get; init; }

    /// <summary><c>audit</c>: customers to compare; 0: all; null: the default.</summary>
    public int? Sample { get; init; }

    /// <summary><c>audit</c>: apply what was fetched for those that are wrong.</summary>
    public bool Repair { get; init; }

    /// <summary>Takes an option, and its value from the arguments after it.</summary>
    /// <param name="verb">The command.</param>
    /// <param name="option">The option.</param>
    /// <param name="arguments">What follows it; the value is taken.</param>
    /// <param name="options">These options with it.</param>
    /// <returns>False: there is no such option, or its value is wrong; <see cref="Problem"/> tells.</returns>
    public bool TryTake(Verb verb, string option, Queue<string> arguments, out BulkOptions options)
    {
        options = (option, verb) switch
        {
            ("--rate", Verb.Warm or Verb.Audit) when TryNumber(arguments, LargestRate, out var rate) && rate > 0 => this with { Rate = rate },
            ("--from", Verb.Warm) when arguments.TryDequeue(out var url) => this with { From = url },
            ("--from-prefix", Verb.Warm) when arguments.TryDequeue(out var prefix) && prefix.Length > 0 => this with { FromPrefix = prefix },
            ("--recent", Verb.Warm) => this with { Recent = true },
            ("--all", Verb.Warm) => this with { All = true },
            ("--all", Verb.Audit) => this with { Sample = 0 },
            ("--sample", Verb.Audit) when TryNumber(arguments, LargestSample, out var sample) && sample > 0 => this with { Sample = sample },
            ("--repair", Verb.Audit) => this with { Repair = true },
            _ => this,
        };
        return !ReferenceEquals(options, this);
    }

    /// <summary>Why an option was not taken.</summary>
    public static string Problem(Verb verb, string option) => (option, verb) switch
    {
        ("--rate", Verb.Warm or Verb.Audit) => $"{option} takes a whole number from 1 to {LargestRate}: calls a second.",
        ("--sample", Verb.Audit) => $"{option} takes a whole number from 1: how many customers.",
        ("--from", Verb.Warm) => $"{option} takes a URL such as redis://host:6379/0.",
        ("--from-prefix", Verb.Warm) => $"{option} takes the ENVIRONMENT_PREFIX there.",
        _ => $"There is no option '{option}' here.",
    };

    private static bool TryNumber(Queue<string> arguments, int largest, out int number)
    {
        number = 0;
        return arguments.TryDequeue(out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= largest;
    }
}
