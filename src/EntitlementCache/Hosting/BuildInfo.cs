using System.Reflection;
using System.Runtime.InteropServices;

namespace EntitlementCache.Hosting;

/// <summary>Which build this is.</summary>
internal static class BuildInfo
{
    private static readonly string Informational =
        typeof(BuildInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>Version of the release.</summary>
    public static string Version => Informational.Split('+')[0];

    /// <summary>Commit it was built from; empty when the build did not know.</summary>
    public static string Revision => Informational.Split('+') is [_, var revision, ..] ? revision : "";

    /// <summary>The runtime, e.g. <c>.NET 10.0.1</c>.</summary>
    public static string Runtime => RuntimeInformation.FrameworkDescription;
}
