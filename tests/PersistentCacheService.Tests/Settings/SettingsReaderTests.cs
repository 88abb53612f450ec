using EntitlementCache.Settings;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Tests.Settings;

public sealed class SettingsReaderTests
{
    private const string ApiKey = "server-key-7fe1";
    private const string Password = "hunter2-redis";

    private static Dictionary<string, string?> Required => new(StringComparer.Ordinal)
    {
        ["AWS_REGION"] = "eu-central-1",
        ["QUEUE_URL"] = "https://sqs.eu-central-1.amazonaws.com/123456789012/cache",
        ["SERVER_API_KEY"] = ApiKey,
    };

    [Fact]
    public void Only_the_required_variables_give_the_documented_defaults()
    {
        var settings = ReadGood();

        Assert.Equal((1, 10, 30), (settings.Queues[0].BatchSize, settings.Queues[0].Consumers, settings.Queues[0].MaxInFlight));
        Assert.Equal(TimeSpan.FromSeconds(20), settings.Queues[0].WaitTime);
        Assert.Null(settings.Queues[0].VisibilityTimeout);
        Assert.Null(settings.Queues[0].ServiceUrl);
        Assert.Equal(new CacheSettings("production", 604_800, CacheUpdatePolicy.UpdateIfExists, CacheLayout.V3, 240), settings.Cache);
        Assert.Equal(("localhost", 6379, 0, false), (settings.Redis.Host, settings.Redis.Port, settings.Redis.Database, settings.Redis.Tls));
        Assert.Equal(new Uri("https://edge.api.stigg.io"), settings.EdgeApi.Url);
        Assert.Equal("production", settings.Sentry.Environment);
        Assert.Equal(LoggingSettings.Default, settings.Logging);
        Assert.Equal((4000, TimeSpan.FromSeconds(25)), (settings.Host.Port, settings.Host.ShutdownTimeout));
    }

    [Fact]
    public void An_empty_environment_names_every_required_variable()
    {
        var reading = SettingsReader.Read(static _ => null);

        Assert.Null(reading.Settings);
        Assert.Equal(3, reading.Problems.Count);
        foreach (var name in (string[])["AWS_REGION", "QUEUE_URL", "SERVER_API_KEY"])
        {
            Assert.Single(reading.Problems, p => p.StartsWith($"{name} is not set", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("BATCH_SIZE", "11")]
    [InlineData("BATCH_SIZE", "0")]
    [InlineData("BATCH_SIZE", "1.5")]
    [InlineData("CONSUMERS", "101")]
    [InlineData("WAIT_TIME_IN_SECS", "21")]
    [InlineData("VISIBILITY_TIMEOUT_IN_SECS", "43201")]
    [InlineData("SHUTDOWN_TIMEOUT_IN_SECS", "0")]
    [InlineData("KEYS_TTL_IN_SECS", "0")]
    [InlineData("KEYS_TTL_IN_SECS", "a week")]
    [InlineData("CACHE_UPDATE_POLICY", "SOMETIMES")]
    [InlineData("CACHE_LAYOUT", "v4")]
    [InlineData("CACHE_LOCK_RETRY_COUNT", "-1")]
    [InlineData("REDIS_PORT", "65536")]
    [InlineData("REDIS_DB", "-1")]
    [InlineData("REDIS_TLS", "yes")]
    [InlineData("PORT", "http")]
    [InlineData("LOG_LEVEL", "verbose")]
    [InlineData("DISABLE_SENTRY", "maybe")]
    public void A_wrong_value_is_reported_with_its_name_what_was_given_and_what_is_allowed(string name, string given)
    {
        var problem = Assert.Single(ReadWith((name, given)).Problems);

        var variable = Variables.All.Single(v => v.Name == name);
        Assert.Equal($"{name} is '{given}'; allowed is {variable.Allowed}.", problem);
    }

    [Theory]
    [InlineData("REDIS_TLS_CA_FILE", "/nowhere/ca.pem")]
    [InlineData("REDIS_PASSWORD_FILE", "s3cret-instead-of-a-path")]
    [InlineData("QUEUE_URL", "my-queue")]
    [InlineData("QUEUE_URL", "ftp://host/queue")]
    [InlineData("QUEUE_URL", "https://sqs.eu-central-1.amazonaws.com/1/cache?token=s3cret")]
    [InlineData("QUEUE_URL", "https://sqs.eu-central-1.amazonaws.com/1/cache#s3cret")]
    [InlineData("EDGE_API_URL", "edge.api.stigg.io")]
    [InlineData("EDGE_API_URL", "https://edge.example/?key=s3cret")]
    [InlineData("AWS_ENDPOINT_URL_SQS", "localhost:4566")]
    [InlineData("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:4566/000000000000/q")]
    [InlineData("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:4566?q=1")]
    [InlineData("AWS_ENDPOINT_URL", "http://127.0.0.1:4566/sqs")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:s3cret@collector:4317")]
    [InlineData("REDIS_HOST", "redis://default:S3cr3tPassw0rd@127.0.0.1:6379/0")]
    [InlineData("REDIS_HOST", "default:S3cr3tPassw0rd@127.0.0.1")]
    [InlineData("REDIS_HOST", "rediss://cache.example")]
    [InlineData("REDIS_HOST", "cache.example:6379")]
    [InlineData("REDIS_HOST", "[::1]:6379")]
    [InlineData("REDIS_HOST", "cache.example/0")]
    [InlineData("REDIS_HOST", "cache example")]
    [InlineData("REDIS_HOST", "cache..example")]
    [InlineData("REDIS_HOST", "a,b")]
    public void A_wrong_text_is_reported_with_its_name_and_never_shown(string name, string given)
    {
        var problem = Assert.Single(ReadWith((name, given), ("REDIS_TLS", "1")).Problems);

        Assert.StartsWith(name + " ", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(given, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr", problem, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("cache.example", "cache.example")]
    [InlineData("redis_1", "redis_1")]
    [InlineData("10.0.0.7", "10.0.0.7")]
    [InlineData("fd00:10::5", "fd00:10::5")]
    [InlineData("[fd00:10::5]", "fd00:10::5")]
    [InlineData("cache.example.", "cache.example.")]
    public void A_host_is_a_name_or_an_address(string given, string expected) => Assert.Equal(expected, ReadGood(("REDIS_HOST", given)).Redis.Host);

    [Fact]
    public void A_port_from_a_service_link_is_explained() =>
        Assert.Contains("enableServiceLinks", Assert.Single(ReadWith(("REDIS_PORT", "tcp://10.0.0.1:6379")).Problems), StringComparison.Ordinal);

    [Theory]
    [InlineData("https://sqs.eu-central-1.amazonaws.com/123456789012/cache/", "https://sqs.eu-central-1.amazonaws.com/123456789012/cache")]
    [InlineData("https://sqs.eu-central-1.amazonaws.com/123456789012/cache.fifo/", "https://sqs.eu-central-1.amazonaws.com/123456789012/cache.fifo")]
    public void A_slash_at_the_end_of_the_queue_url_is_ignored(string given, string expected) =>
        Assert.Equal((expected, expected.EndsWith("fifo", StringComparison.Ordinal)), (ReadGood(("QUEUE_URL", given)).Queues[0].Url.AbsoluteUri, ReadGood(("QUEUE_URL", given)).Queues[0].IsFifo));

    [Theory]
    [InlineData("http://sqs.eu-central-1.amazonaws.com/1/q", "QUEUE_URL", true)]
    [InlineData("http://localhost:4566/1/q", "QUEUE_URL", false)]
    [InlineData("http://sqs:4566/1/q", "QUEUE_URL", false)]
    [InlineData("http://edge.example.com", "EDGE_API_URL", true)]
    [InlineData("http://8.8.8.8", "EDGE_API_URL", true)]
    [InlineData("http://[2001:db8::1]", "EDGE_API_URL", true)]
    [InlineData("http://10.1.2.3", "EDGE_API_URL", false)]
    [InlineData("http://172.20.0.3", "EDGE_API_URL", false)]
    [InlineData("http://[fd00::1]", "EDGE_API_URL", false)]
    [InlineData("http://edge.stigg.svc.cluster.local:8080", "EDGE_API_URL", false)]
    [InlineData("http://edge.corp.internal", "EDGE_API_URL", false)]
    [InlineData("https://edge.example.com", "EDGE_API_URL", false)]
    public void Plain_http_to_a_public_host_is_warned_about_once(string url, string name, bool isWarned)
    {
        var reading = ReadWith((name, url));

        Assert.Empty(reading.Problems);
        Assert.Equal(isWarned ? 1 : 0, reading.Warnings.Count);
        Assert.All(reading.Warnings, warning => Assert.StartsWith(name, warning, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("MAX_IN_FLIGHT_MESSAGES", "5", "BATCH_SIZE", "10")]
    [InlineData("REDIS_USERNAME", "worker", "REDIS_PASSWORD", "")]
    [InlineData("LOG_MESSAGE_KEY", "text", "LOG_ERROR_KEY", "text")]
    [InlineData("ENVIRONMENT_PREFIX", "staging", "REDIS_ENVIRONMENT_PREFIX", "production")]
    public void Two_variables_that_contradict_each_other_are_both_named(string name, string given, string otherName, string other)
    {
        var problem = Assert.Single(ReadWith((name, given), (otherName, other)).Problems);

        Assert.Contains(name, problem, StringComparison.Ordinal);
        Assert.Contains(otherName, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LOG_MESSAGE_KEY", "level")]
    [InlineData("LOG_ERROR_KEY", "hostname")]
    public void A_log_key_that_would_hide_a_fixed_member_is_refused(string name, string key) =>
        Assert.StartsWith(name, Assert.Single(ReadWith((name, key)).Problems), StringComparison.Ordinal);

    [Fact]
    public void A_queue_url_without_a_queue_is_refused() =>
        Assert.Contains("names no queue", Assert.Single(ReadWith(("QUEUE_URL", "https://sqs.eu-central-1.amazonaws.com/")).Problems), StringComparison.Ordinal);

    [Fact]
    public void All_problems_are_reported_together()
    {
        var reading = ReadWith(("BATCH_SIZE", "99"), ("REDIS_PORT", "none"), ("QUEUE_URL", null), ("LOG_LEVEL", "loud"));

        Assert.Equal(4, reading.Problems.Count);
        Assert.Equal(LoggingSettings.Default, reading.Logging);
    }

    [Fact]
    public void Good_log_settings_hold_even_when_something_else_is_wrong()
    {
        var reading = ReadWith(("BATCH_SIZE", "99"), ("LOG_MESSAGE_KEY", "message"));

        Assert.Equal("message", reading.Logging.MessageKey);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("true", true)]
    [InlineData("TRUE", true)]
    [InlineData("0", false)]
    [InlineData("False", false)]
    [InlineData("", false)]
    public void A_flag_is_read_in_every_documented_form(string given, bool expected) =>
        Assert.Equal(expected, ReadGood(("REDIS_TLS", given)).Redis.Tls);

    [Theory]
    [InlineData("staging", null)]
    [InlineData(null, "staging")]
    [InlineData("staging", "staging")]
    [InlineData("staging", "")]
    public void The_prefix_is_read_under_the_original_name_and_the_charts_name(string? own, string? charts) =>
        Assert.Equal("staging", ReadGood(("ENVIRONMENT_PREFIX", own), ("REDIS_ENVIRONMENT_PREFIX", charts)).Cache.EnvironmentPrefix);

    [Theory]
    [InlineData("", "CREDIT:")]
    [InlineData("credit_", "credit_")]
    [InlineData("none", "")]
    public void The_name_of_a_credits_entry_can_follow_the_readers(string given, string expected) =>
        Assert.Equal(expected, ReadGood(("CACHE_CREDIT_KEY_PREFIX", given)).Cache.CreditKeyPrefix);

    [Theory]
    [InlineData("a\"b")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    [InlineData("é")]
    public void A_prefix_that_needs_escaping_is_refused(string given) =>
        Assert.Contains("CACHE_CREDIT_KEY_PREFIX contains", Assert.Single(ReadWith(("CACHE_CREDIT_KEY_PREFIX", given)).Problems), StringComparison.Ordinal);

    [Fact]
    public void The_sqs_endpoint_goes_before_the_general_one()
    {
        Assert.Equal(new Uri("http://sqs:1"), ReadGood(("AWS_ENDPOINT_URL_SQS", "http://sqs:1"), ("AWS_ENDPOINT_URL", "http://aws:2")).Queues[0].ServiceUrl);
        Assert.Equal(new Uri("http://aws:2"), ReadGood(("AWS_ENDPOINT_URL", "http://aws:2")).Queues[0].ServiceUrl);
    }

    [Fact]
    public void Given_values_arrive_where_they_belong()
    {
        var settings = ReadGood(
            ("CONSUMERS", "3"), ("BATCH_SIZE", "10"), ("VISIBILITY_TIMEOUT_IN_SECS", "90"), ("KEYS_TTL_IN_SECS", "-1"), ("CACHE_LAYOUT", "DUAL"),
            ("CACHE_UPDATE_POLICY", "upsert"), ("REDIS_PASSWORD", Password), ("REDIS_USERNAME", "worker"), ("LOG_LEVEL", "debug"), ("REDIS_COMMAND_TIMEOUT_IN_MS", "750"));

        Assert.Equal(90, settings.Queues[0].MaxInFlight);
        Assert.Equal(TimeSpan.FromSeconds(90), settings.Queues[0].VisibilityTimeout);
        Assert.Equal((-1, CacheLayout.Dual, CacheUpdatePolicy.Upsert), (settings.Cache.KeysTtlInSeconds, settings.Cache.Layout, settings.Cache.UpdatePolicy));
        Assert.Equal((Password, "worker"), (settings.Redis.Password?.Reveal(), settings.Redis.Username));
        Assert.Equal(LogLevel.Debug, settings.Logging.Level);
        Assert.Equal(TimeSpan.FromMilliseconds(750), settings.Redis.CommandTimeout);
    }

    [Theory]
    [InlineData("https://sqs.eu-central-1.amazonaws.com/123456789012/cache.fifo", true, "cache.fifo")]
    [InlineData("https://sqs.eu-central-1.amazonaws.com/123456789012/cache", false, "cache")]
    public void A_fifo_queue_is_known_by_its_name(string url, bool fifo, string name)
    {
        var queue = ReadGood(("QUEUE_URL", url)).Queues[0];

        Assert.Equal((fifo, name), (queue.IsFifo, queue.Name));
    }

    [Fact]
    public void No_secret_is_printed_by_settings_or_problems()
    {
        var good = ReadGood(("REDIS_PASSWORD", Password), ("SENTRY_DSN", "https://dsnkey@sentry.example/1"));
        var bad = ReadWith(
            ("SERVER_API_KEY", "two words-7fe1"), ("REDIS_PASSWORD", Password), ("REDIS_PASSWORD_FILE", typeof(SettingsReaderTests).Assembly.Location),
            ("QUEUE_URL", "https://user:pass-9a@host/1/queue"), ("EDGE_API_URL", "https://pass-9a@host"));

        Assert.Equal(4, bad.Problems.Count);
        foreach (var printed in bad.Problems.Append(good.ToString()))
        {
            foreach (var secret in (string[])[ApiKey, "7fe1", Password, "dsnkey", "pass-9a"])
            {
                Assert.DoesNotContain(secret, printed, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Every_variable_has_a_unique_name_and_a_default_it_accepts_itself()
    {
        Assert.Equal(Variables.All.Length, Variables.All.Select(v => v.Name).Distinct(StringComparer.Ordinal).Count());
        foreach (var variable in Variables.All.Where(v => v.Default is not null))
        {
            Assert.Empty(ReadWith((variable.Name, variable.Default)).Problems);
        }
    }

    private static ServiceSettings ReadGood(params (string Name, string? Value)[] more)
    {
        var reading = ReadWith(more);
        Assert.Empty(reading.Problems);
        return reading.Settings!;
    }

    private static SettingsReading ReadWith(params (string Name, string? Value)[] more)
    {
        var environment = Required;
        foreach (var (name, value) in more)
        {
            environment[name] = value;
        }

        return SettingsReader.Read(environment.GetValueOrDefault);
    }
}
