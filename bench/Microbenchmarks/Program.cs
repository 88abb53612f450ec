using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Microbenchmarks;

// In this process: a generated project for each run would be built with the repository's settings, at ten times the cost.
var config = ManualConfig.CreateEmpty()
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddExporter(MarkdownExporter.GitHub)
    .AddLogger(ConsoleLogger.Default)
    .WithArtifactsPath(args is ["--artifacts", var path, ..] ? path : "BenchmarkDotNet.Artifacts");
var summaries = BenchmarkSwitcher.FromAssembly(typeof(Samples).Assembly).RunAllJoined(config);
return summaries.HasCriticalValidationErrors || summaries.Reports.Any(static report => !report.Success) ? 1 : 0;
