using System.CommandLine;
using System.CommandLine.Help;
using PersistentCacheService.Commands.Auditing;
using PersistentCacheService.Commands.Check;
using PersistentCacheService.Commands.DeadLetters;
using PersistentCacheService.Commands.Inspect;
using PersistentCacheService.Commands.Sweeping;
using PersistentCacheService.Commands.Warming;

namespace PersistentCacheService.Commands;

/// <summary>The executable's command line: each command with its words, and what runs it.</summary>
internal static class CommandTree
{
    /// <summary>The executable.</summary>
    public const string Program = "persistent-cache-service";

    /// <summary>All commands.</summary>
    /// <param name="context">What they stand on.</param>
    public static Command Create(CommandContext context)
    {
        var root = new Command(
            Program,
            "Keeps Stigg's entitlements cache in Redis up to date from an SQS queue. Without a command it runs the worker. Commands are configured by the worker's environment variables and read only those they need.")
        {
            Inspect(context), Purge(context), Sweep(context), Warm(context), Audit(context), DeadLetterTree.Create(context), Check(context), Healthcheck(context),
            new HelpOption { Description = "Print the help of a command.", Action = new HelpPage() },
            new Option<bool>("--version") { Description = "Print the version.", Arity = ArgumentArity.Zero, Action = new VersionLine() },
            new Command("help") { Hidden = true, Action = new HelpPage() },
            new Command("version") { Hidden = true, Action = new VersionLine() },
        };
        return root;
    }

    private static Command Inspect(CommandContext context)
    {
        var (customer, resource, json) = (Customer(), Resource(), Words.Json());
        var command = new Command("inspect", "Shows what Redis holds about a customer, and whether a reader answers from it.") { customer, resource, json };
        DemandCustomer(command, customer);
        command.SetAction((line, stop) => InspectCommand.RunAsync(new CommandLine(line.GetValue(customer), line.GetValue(resource), line.GetValue(json)), context, stop));
        return command;
    }

    private static Command Purge(CommandContext context)
    {
        var (customer, resource, json) = (Customer(), Resource(), Words.Json());
        var command = new Command("purge", "Removes a customer's entitlements; readers fetch them again.") { customer, resource, json };
        DemandCustomer(command, customer);
        command.SetAction((line, stop) => PurgeCommand.RunAsync(new CommandLine(line.GetValue(customer), line.GetValue(resource), line.GetValue(json)), context, stop));
        return command;
    }

    private static Command Sweep(CommandContext context)
    {
        var (dryRun, json) = (Words.Flag("--dry-run", "Only count the customers."), Words.Json());
        var command = new Command("sweep", "Refreshes every cached customer from the Edge API.") { dryRun, json };
        command.SetAction((line, stop) => SweepCommand.RunAsync(new CommandLine(Json: line.GetValue(json), DryRun: line.GetValue(dryRun)), context, stop));
        return command;
    }

    private static Command Warm(CommandContext context)
    {
        var file = Words.Plain<string?>("FILE", ArgumentArity.ZeroOrOne, "A list of customers, a line each: id or id,resource; - for standard input.");
        var from = Words.Text("--from", "URL", "The customers cached in another Redis: redis://host:6379/0, or @ and a file that holds the URL.", "a URL such as redis://host:6379/0");
        var prefix = Words.Text("--from-prefix", "P", "The ENVIRONMENT_PREFIX there.", "the ENVIRONMENT_PREFIX there");
        var recent = Words.Flag("--recent", "The customers that the worker on this machine remembers.");
        var all = Words.Flag("--all", "Fetch those that are cached, too.");
        var rate = Rate("CACHE_REFILL_RATE_PER_SEC");
        var (dryRun, json) = (Words.Flag("--dry-run", "Only count the customers."), Words.Json());
        var command = new Command("warm", "Fills the cache with customers; what is cached is left alone.") { file, from, prefix, recent, all, rate, dryRun, json };
        Words.Demand(command, line => new Symbol[] { file, from, recent }.Count(line.Has) switch
        {
            0 => "Which customers? Name a file, - for standard input, --from a Redis, or --recent.",
            > 1 => "One source of customers, not several.",
            _ => line.Has(prefix) && !line.Has(from) ? "--from-prefix belongs to --from." : null,
        });
        command.SetAction((line, stop) => WarmCommand.RunAsync(
            new CommandLine(Json: line.GetValue(json), DryRun: line.GetValue(dryRun))
            {
                Bulk = new BulkOptions(line.GetValue(file), line.GetValue(from), line.GetValue(prefix), line.GetValue(recent)) { All = line.GetValue(all), Rate = line.GetValue(rate) },
            },
            context,
            stop));
        return command;
    }

    private static Command Audit(CommandContext context)
    {
        var sample = Words.Number("--sample", BulkOptions.LargestSample, "Compare so many customers, taken at random (1000).");
        var all = Words.Flag("--all", "Compare every cached customer.");
        var rate = Rate("CACHE_SWEEP_RATE_PER_SEC");
        var (repair, json) = (Words.Flag("--repair", "Apply the Edge API's answer for those that are wrong."), Words.Json());
        var command = new Command("audit", "Compares cached customers with the Edge API.") { sample, all, rate, repair, json };
        Words.Demand(command, line => line.Has(sample) && line.Has(all) ? "--all and --sample exclude each other." : null);
        command.SetAction((line, stop) => AuditCommand.RunAsync(
            new CommandLine(Json: line.GetValue(json))
            {
                Bulk = new BulkOptions { Sample = line.GetValue(all) ? 0 : line.GetValue(sample), Rate = line.GetValue(rate), Repair = line.GetValue(repair) },
            },
            context,
            stop));
        return command;
    }

    private static Command Check(CommandContext context)
    {
        var json = Words.Json();
        var command = new Command("check", "Tries settings, DNS, Redis, queue and Edge API.") { json };
        command.SetAction((line, stop) => CheckCommand.RunAsync(new CommandLine(Json: line.GetValue(json)), context, stop));
        return command;
    }

    private static Command Healthcheck(CommandContext context)
    {
        var (live, json) = (Words.Flag("--live", "Ask /livez."), Words.Json());
        var command = new Command("healthcheck", "Asks /readyz of the worker on this machine.") { live, json };
        command.SetAction((line, stop) => HealthcheckCommand.RunAsync(new CommandLine(Live: line.GetValue(live), Json: line.GetValue(json)), context, stop));
        return command;
    }

    private static Argument<string?> Customer() => Words.Id("CUSTOMER", ArgumentArity.ExactlyOne, "The customer's id.");

    private static Argument<string?> Resource() => Words.Id("RESOURCE", ArgumentArity.ZeroOrOne, "The id of a resource of the customer.");

    private static Option<int?> Rate(string variable) => Words.Number("--rate", BulkOptions.LargestRate, $"Edge API calls a second, at most ({variable}).");

    private static void DemandCustomer(Command command, Argument customer) => Words.Demand(command, line => line.Has(customer) ? null : "Which customer? Name its id.");
}
