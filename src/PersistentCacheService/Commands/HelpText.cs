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
        persistent-cache-service check                                tries settings, DNS, Redis, queue and Edge API
        persistent-cache-service healthcheck [--live]                 asks /readyz (or /livez) of the worker on this machine
        persistent-cache-service --version | --help

        All are configured by the worker's environment variables and read only those they need.

        Exit codes
           0  done; healthy; a hit; nothing wrong
           1  crashed; healthcheck: not healthy
           3  inspect: a reader would call it a miss
           4  sweep: some customers could not be refreshed
          64  wrong command line
          69  Redis, the queue or the Edge API is unavailable at the moment
          75  purge: an SDK holds the customer's lock; sweep: stopped, run it again to go on
          78  wrong configuration; all problems are printed

        """;
}
