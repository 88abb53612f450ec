namespace PersistentCacheService.Commands;

/// <summary>What <c>--help</c> prints.</summary>
internal static class HelpText
{
    /// <summary>Commands, options, exit codes. The settings are in the documentation: they are too many for a screen.</summary>
    public const string Text = """
        Keeps Stigg's entitlements cache in Redis up to date from an SQS queue.

        persistent-cache-service                                      runs the worker
        persistent-cache-service inspect CUSTOMER [RESOURCE] [--json] what Redis holds, and whether a reader answers from it
        persistent-cache-service purge CUSTOMER [RESOURCE]            removes the entitlements; readers fetch them again
        persistent-cache-service sweep [--dry-run]                    refreshes every cached customer; --dry-run counts them
        persistent-cache-service warm FILE|-|--recent|--from URL      fills the cache: customers of a list (lines of id or
                                 [--rate N] [--all] [--json]  id,resource), of the worker's memory, of another Redis;
                                 [--dry-run] [--from-prefix P] leaves alone what is cached, or with --all nothing
        persistent-cache-service audit [--sample N|--all] [--rate N] [--repair] [--json]
                                                              compares cached customers with the Edge API
        persistent-cache-service dlq list|explain|replay|drop         dead letters by reason, and their way back; see dlq --help
        persistent-cache-service check                                tries settings, DNS, Redis, queue and Edge API
        persistent-cache-service healthcheck [--live]                 asks /readyz (or /livez) of the worker on this machine
        persistent-cache-service --version | --help

        All are configured by the worker's environment variables and read only those they need.

        Exit codes
           0  done; healthy; a hit; nothing wrong
           1  crashed; healthcheck: not healthy
           3  inspect: a reader would call it a miss; dlq explain: no such message
           4  sweep, warm, audit: some customers could not be fetched; dlq: some messages are still there
           5  audit: the cache is wrong about some customers
          64  wrong command line, or a list of customers that cannot be read
          69  Redis, the queue or the Edge API is unavailable at the moment
          75  purge: an SDK holds the customer's lock; sweep, warm, audit, dlq: stopped, run it again to continue
          78  wrong configuration; all problems are printed

        """;
}
