using System.Text;
using EntitlementCache.Messages;

namespace PersistentCacheService.Commands;

/// <summary>What a command line asks for.</summary>
/// <param name="Verb">The command.</param>
/// <param name="CustomerId">The customer of <c>inspect</c> and <c>purge</c>.</param>
/// <param name="ResourceId">A resource of the customer; null: none.</param>
/// <param name="Json">Print JSON.</param>
/// <param name="Live">Ask for life, not readiness.</param>
/// <param name="DryRun">Only print what would be done.</param>
internal sealed record CommandLine(
    Verb Verb, string? CustomerId = null, string? ResourceId = null, bool Json = false, bool Live = false, bool DryRun = false)
{
    /// <summary>The options of <c>warm</c> and <c>audit</c>.</summary>
    public BulkOptions Bulk { get; init; } = new();

    /// <summary>The customer or resource that is meant.</summary>
    public CustomerIdentity Customer => new(Encoding.UTF8.GetBytes(CustomerId ?? ""), Encoding.UTF8.GetBytes(ResourceId ?? ""));

    /// <summary>Reads the arguments.</summary>
    /// <param name="arguments">At least one; without arguments the worker runs.</param>
    /// <param name="problem">What is wrong with them, when the result is null.</param>
    public static CommandLine? Parse(IReadOnlyList<string> arguments, out string problem)
    {
        problem = "";
        Verb? verb = arguments[0] switch
        {
            "inspect" => Verb.Inspect,
            "check" => Verb.Check,
            "purge" => Verb.Purge,
            "sweep" => Verb.Sweep,
            "warm" => Verb.Warm,
            "audit" => Verb.Audit,
            "healthcheck" => Verb.Healthcheck,
            "--version" or "version" => Verb.Version,
            "--help" or "-h" or "help" => Verb.Help,
            _ => null,
        };
        if (verb is not { } known)
        {
            problem = $"There is no command '{arguments[0]}'.";
            return null;
        }

        return Parse(new CommandLine(known), new Queue<string>(arguments.Skip(1)), out problem);
    }

    private static CommandLine? Parse(CommandLine line, Queue<string> arguments, out string problem)
    {
        var names = new List<string>();
        while (arguments.TryDequeue(out var argument))
        {
            switch (argument, line.Verb)
            {
                case ("--help" or "-h", _):
                    problem = "";
                    return new CommandLine(Verb.Help);
                case ("--json", Verb.Inspect or Verb.Warm or Verb.Audit):
                    line = line with { Json = true };
                    break;
                case ("--dry-run", Verb.Sweep or Verb.Warm):
                    line = line with { DryRun = true };
                    break;
                case ("--live", Verb.Healthcheck):
                    line = line with { Live = true };
                    break;
                case ("-", Verb.Warm):
                    names.Add(argument);
                    break;
                case (['-', ..], _) when line.Bulk.TryTake(line.Verb, argument, arguments, out var bulk):
                    line = line with { Bulk = bulk };
                    break;
                case (['-', ..], _):
                    problem = BulkOptions.Problem(line.Verb, argument);
                    return null;
                default:
                    names.Add(argument);
                    break;
            }
        }

        return line.Verb == Verb.Warm ? WithSource(line, names, out problem) : WithIds(line, names, out problem);
    }

    private static CommandLine? WithSource(CommandLine line, List<string> names, out string problem)
    {
        var sources = names.Count + (line.Bulk.From is null ? 0 : 1) + (line.Bulk.Recent ? 1 : 0);
        problem = sources switch
        {
            0 => "Which customers? Name a file, - for standard input, --from a Redis, or --recent.",
            > 1 => "One source of customers, not several.",
            _ when line.Bulk is { FromPrefix: not null, From: null } => "--from-prefix belongs to --from.",
            _ => "",
        };
        return problem.Length > 0 ? null : line with { Bulk = line.Bulk with { File = names.ElementAtOrDefault(0) } };
    }

    private static CommandLine? WithIds(CommandLine line, List<string> ids, out string problem)
    {
        var takesIds = line.Verb is Verb.Inspect or Verb.Purge;
        problem = (takesIds, ids.Count) switch
        {
            (true, 0) => "Which customer? Name its id.",
            (true, > 2) => $"A customer and at most one resource, not {ids.Count} ids.",
            (false, > 0) => $"It takes no '{ids[0]}'.",
            _ => ids.Find(static id => !IdRules.IsValid(Encoding.UTF8.GetBytes(id))) is { } wrong ? $"'{wrong}' can be no id: no key is ever made of it." : "",
        };
        return problem.Length > 0 ? null : line with { CustomerId = ids.ElementAtOrDefault(0), ResourceId = ids.ElementAtOrDefault(1) };
    }
}
