using System.Globalization;
using System.Text;
using EntitlementCache.Hosting;
using EntitlementCache.Messages;
using EntitlementCache.Settings;
using PersistentCacheService.Refetching;
using PersistentCacheService.Settings;
using PersistentCacheService.Warming;

namespace PersistentCacheService.Commands.Warming;

/// <summary>Where <c>warm</c> gets its customers from: a list in a file or on standard input, another Redis, or the worker on this machine.</summary>
/// <param name="context">The command's surroundings.</param>
/// <param name="mostCustomers">More are refused: these take about 1 GB of memory.</param>
internal sealed class CustomerSource(CommandContext context, int mostCustomers = 5_000_000)
{
    private const int ProblemsShown = 5;

    private static readonly TimeSpan WorkerPatience = TimeSpan.FromSeconds(30);

    /// <summary>Reads them, each once, in their order.</summary>
    /// <param name="options">Which source.</param>
    /// <param name="cache">Prefix of the keys.</param>
    /// <param name="redis">How the Redis to fill is reached.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>They; or an exit code, and why is printed.</returns>
    /// <exception cref="EntitlementCache.Redis.RedisFailureException">The other Redis could not be asked.</exception>
    public async Task<(IReadOnlyList<CustomerIdentity> Customers, int? Trouble)> ReadAsync(
        BulkOptions options, CacheSettings cache, RedisSettings redis, CancellationToken cancellationToken)
    {
        try
        {
            return options switch
            {
                { From: { } from } => await ScanAsync(from, options.FromPrefix ?? cache.EnvironmentPrefix, redis, cancellationToken),
                { Recent: true } => await AskWorkerAsync(cancellationToken),
                { File: "-" } => await ReadLinesAsync(context.Piped, cancellationToken),
                _ => await ReadFileAsync(options.File!, cancellationToken),
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return await TroubleAsync(ExitCodes.WrongUsage, exception.Message);
        }
    }

    private async Task<(IReadOnlyList<CustomerIdentity>, int?)> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(path, Encoding.UTF8);
        return await ReadLinesAsync(reader, cancellationToken);
    }

    private async Task<(IReadOnlyList<CustomerIdentity>, int?)> ReadLinesAsync(TextReader reader, CancellationToken cancellationToken)
    {
        var customers = new DistinctCustomers();
        var problems = 0;
        for (var number = 1; await reader.ReadLineAsync(cancellationToken) is { } line; number++)
        {
            if (CustomerLine.TryRead(line, out var customer, out var problem))
            {
                customers.Add(customer);
            }
            else if (++problems <= ProblemsShown)
            {
                await context.Errors.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Line {number}: {problem}."));
            }

            if (customers.All.Count > mostCustomers)
            {
                return await TooManyAsync("split the list");
            }
        }

        return problems > 0
            ? await TroubleAsync(ExitCodes.WrongUsage, string.Create(CultureInfo.InvariantCulture, $"{problems} lines are not of the form id or id,resource; nothing was fetched."))
            : (customers.All, null);
    }

    private async Task<(IReadOnlyList<CustomerIdentity>, int?)> ScanAsync(string from, string prefix, RedisSettings like, CancellationToken cancellationToken)
    {
        var url = from.StartsWith('@') ? (await File.ReadAllTextAsync(from[1..], cancellationToken)).Trim() : from;
        if (!RedisUrl.TryRead(url, like, out var settings))
        {
            return await TroubleAsync(ExitCodes.WrongUsage, "--from takes a URL of the form redis://[[user:]password@]host[:port][/database], rediss:// with TLS.");
        }

        await using var other = await CacheAccess.ConnectAsync(new CacheSettings(prefix, 1, CacheUpdatePolicy.Upsert, CacheLayout.V3, 1), settings, context.Time, cancellationToken);
        var customers = new DistinctCustomers();
        var scan = new CachedCustomers(other.Redis, prefix);
        var cursor = CachedCustomers.Start;
        do
        {
            (var page, cursor) = await scan.NextAsync(cursor, atLeast: 1, cancellationToken);
            page.ForEach(customers.Add);
        }
        while (cursor != CachedCustomers.Start && customers.All.Count <= mostCustomers);
        return customers.All.Count > mostCustomers ? await TooManyAsync("warm from lists of them") : (customers.All, null);
    }

    private async Task<(IReadOnlyList<CustomerIdentity>, int?)> AskWorkerAsync(CancellationToken cancellationToken)
    {
        var (port, problems) = SettingsReader.ReadPort(context.Environment);
        if (problems.Count > 0)
        {
            return await TroubleAsync(ExitCodes.WrongConfiguration, problems[0]);
        }

        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}{RecentCustomersEndpoint.Path}");
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var http = new HttpClient(handler) { Timeout = WorkerPatience };
        try
        {
            using var stream = new StreamReader(await http.GetStreamAsync(new Uri(url), cancellationToken), Encoding.UTF8);
            return await ReadLinesAsync(stream, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return await TroubleAsync(ExitCodes.Unavailable, $"{url}: {exception.Message} Remedy: run it where the worker runs, with its PORT.");
        }
    }

    private Task<(IReadOnlyList<CustomerIdentity> Customers, int? Trouble)> TooManyAsync(string remedy) =>
        TroubleAsync(ExitCodes.WrongUsage, string.Create(CultureInfo.InvariantCulture, $"More than {mostCustomers:#,0} customers; {remedy}. Nothing was fetched."));

    private async Task<(IReadOnlyList<CustomerIdentity> Customers, int? Trouble)> TroubleAsync(int exitCode, string what)
    {
        await context.Errors.WriteLineAsync(what);
        return ([], exitCode);
    }

    private sealed class DistinctCustomers
    {
        private readonly HashSet<(string, string?)> _known = [];

        public List<CustomerIdentity> All { get; } = [];

        public void Add(CustomerIdentity customer)
        {
            if (!customer.IsEmpty && _known.Add((customer.CustomerIdText, customer.ResourceIdText)))
            {
                All.Add(customer);
            }
        }
    }
}
