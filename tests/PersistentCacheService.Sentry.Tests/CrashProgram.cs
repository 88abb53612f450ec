using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PersistentCacheService.Sentry.Tests;

/// <summary>A process that ends, or loses a task, through an exception nobody catches. Arguments: <c>crash|unobserved</c> and a DSN.</summary>
internal static class CrashProgram
{
    public static async Task Main(string[] arguments)
    {
        if (arguments is not [var mode, var dsn])
        {
            return;
        }

        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        builder.Services.AddSentry(new SentryOptions { Dsn = dsn, Release = "1.0.0", Environment = "test" });
        using var host = builder.Build();
        await host.StartAsync();
        if (mode is "crash")
        {
            new Thread(() => throw new InvalidOperationException("nobody caught this")).Start();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
        }

        LoseFaultedTask();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        await host.StopAsync();
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void LoseFaultedTask() => _ = Task.FromException(new InvalidOperationException("nobody awaited this"));
}
