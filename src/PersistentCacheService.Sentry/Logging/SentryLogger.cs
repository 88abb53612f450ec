using System.Globalization;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Sentry.Events;

namespace PersistentCacheService.Sentry.Logging;

/// <summary>The logger of one category.</summary>
internal sealed class SentryLogger(string category, SentryReporter reporter, Func<IExternalScopeProvider?> scopes) : ILogger
{
    private const string TemplateName = "{OriginalFormat}";

    // Trouble with Sentry is no news for Sentry.
    private readonly bool _isOwn = category.StartsWith("PersistentCacheService.Sentry", StringComparison.Ordinal);

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => scopes()?.Push(state);

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel is LogLevel.Error or LogLevel.Critical && !_isOwn && reporter.IsOn;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var key = new EventKey(category, eventId.Id, exception?.GetType());
        if (!IsEnabled(logLevel) || !reporter.Admits(key, out var suppressed))
        {
            return;
        }

        var message = formatter(state, exception);
        var values = state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];
        reporter.Capture(new SentryEvent
        {
            Id = Guid.NewGuid(),
            Timestamp = reporter.Time.GetUtcNow(),
            Level = logLevel == LogLevel.Critical ? SentryLevel.Fatal : SentryLevel.Error,
            Key = key,
            EventName = eventId.Name,
            Template = values.LastOrDefault(value => value.Key is TemplateName).Value as string ?? message,
            Message = message,
            Exception = exception,
            Mechanism = "logging",
            Handled = true,
            Tags = TagsOf(values),
            Suppressed = suppressed,
        });
    }

    // The entry's own values win over the scopes', inner scopes over outer ones.
    private List<KeyValuePair<string, string>> TagsOf(IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        scopes()?.ForEachScope(static (scope, state) => state.Logger.Take(scope as IEnumerable<KeyValuePair<string, object?>> ?? [], state.Tags), (Logger: this, Tags: tags));
        Take(values, tags);
        return [.. tags.OrderBy(tag => tag.Key, StringComparer.Ordinal)];
    }

    private void Take(IEnumerable<KeyValuePair<string, object?>> values, Dictionary<string, string> tags)
    {
        foreach (var (name, value) in values)
        {
            if (value is not null && reporter.TagNames.Contains(name))
            {
                tags[name] = Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty;
            }
        }
    }
}
