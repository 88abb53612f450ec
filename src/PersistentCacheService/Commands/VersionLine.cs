using System.CommandLine;
using System.CommandLine.Invocation;
using EntitlementCache.Hosting;

namespace PersistentCacheService.Commands;

/// <summary>What <c>--version</c> prints.</summary>
internal sealed class VersionLine : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        ArgumentNullException.ThrowIfNull(parseResult);
        var revision = BuildInfo.Revision.Length > 0 ? $"{BuildInfo.Revision}, " : "";
        parseResult.InvocationConfiguration.Output.WriteLine($"{CommandTree.Program} {BuildInfo.Version} ({revision}{BuildInfo.Runtime})");
        return ExitCodes.Stopped;
    }
}
