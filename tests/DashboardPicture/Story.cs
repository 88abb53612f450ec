using DashboardPicture.Drawing;

namespace DashboardPicture;

/// <summary>What is done to the worker's surroundings, and when.</summary>
internal static class Story
{
    /// <summary>How long is recorded.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(6);

    private static readonly Chapter[] Chapters =
    [
        new(new Incident("no load", 0, 25, "#e4e7eb"), static stage => Load(stage, false), static stage => Load(stage, true)),
        // Longer than the minute after which the alert fires.
        new(new Incident("Redis is killed", 60, 145, "#fbdcda"), static stage => stage.Redis.KillAsync(), static stage => stage.Redis.RestartAsync()),
        new(
            new Incident("Redis is full", 190, 230, "#e6dcf7"),
            static stage => stage.Redis.CliAsync("config", "set", "maxmemory", "1mb"),
            static stage => stage.Redis.CliAsync("config", "set", "maxmemory", "0")),
        new(new Incident("20 malformed messages/s", 260, 335, "#fbeec2"), static stage => Poison(stage, true), static stage => Poison(stage, false)),
    ];

    /// <summary>The bands of the picture.</summary>
    public static IReadOnlyList<Incident> Incidents { get; } = [.. Chapters.Select(static chapter => chapter.Incident)];

    /// <summary>Plays all of it.</summary>
    /// <returns>When it began.</returns>
    public static async Task<DateTimeOffset> PlayAsync(Stage stage)
    {
        var start = TimeProvider.System.GetUtcNow();
        Task UntilAsync(double second) => Task.Delay(Positive(start.AddSeconds(second) - TimeProvider.System.GetUtcNow()), TimeProvider.System);
        foreach (var chapter in Chapters)
        {
            await UntilAsync(chapter.Incident.From);
            await chapter.Begin(stage);
            await UntilAsync(chapter.Incident.To);
            await chapter.End(stage);
        }

        await UntilAsync(Length.TotalSeconds);
        return start;
    }

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    private static Task Load(Stage stage, bool isOn)
    {
        stage.IsLoaded = isOn;
        return Task.CompletedTask;
    }

    private static Task Poison(Stage stage, bool isOn)
    {
        stage.IsPoisoned = isOn;
        return Task.CompletedTask;
    }

    private sealed record Chapter(Incident Incident, Func<Stage, Task> Begin, Func<Stage, Task> End);
}
