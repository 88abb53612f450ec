using EndToEnd;
using EndToEnd.Floors;

switch (args)
{
    case ["null-consumer"]:
        await NullConsumer.RunAsync();
        return 0;
    case ["null-redis"]:
        await NullRedis.RunAsync();
        return 0;
    case ["null-collector"]:
        await NullCollector.RunAsync();
        return 0;
    case ["--help"]:
        Console.WriteLine(BenchOptions.Usage);
        return 0;
    default:
        break;
}

try
{
    return await Benchmark.RunAsync(BenchOptions.Parse(args), Console.Out, CancellationToken.None);
}
catch (FormatException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    await Console.Error.WriteLineAsync("end-to-end --help shows all options.");
    return 64; // EX_USAGE of sysexits.h
}
