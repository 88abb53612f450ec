using EntitlementCache.Settings;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Tests.Settings;

/// <summary>The one rule for the text of every variable, held against all of them: ours and those that libraries read by themselves.</summary>
public sealed class EnvironmentTextTests
{
    private static readonly string[] Names =
        [.. Variables.All.Select(static variable => variable.Name), .. Variables.All.Select(static variable => variable.Alias).OfType<string>(), .. AmbientVariables.Names];

    private static readonly string File = typeof(EnvironmentTextTests).Assembly.Location;

    private static readonly Dictionary<string, string> Good = new(StringComparer.Ordinal)
    {
        ["AWS_REGION"] = "eu-central-1",
        ["QUEUE_URL"] = "https://sqs.eu-central-1.amazonaws.com/123456789012/cache",
        ["SERVER_API_KEY"] = "key",
    };

    public static TheoryData<string> All => [.. Names];

    [Theory]
    [MemberData(nameof(All))]
    public void White_space_around_a_value_is_cut(string name)
    {
        var plain = Read(name, Sample(name));
        Assert.Empty(plain.Problems);
        foreach (var padded in (string[])[Sample(name) + "\n", Sample(name) + "\r\n", " " + Sample(name) + "\t", "\u00a0" + Sample(name) + " "])
        {
            var reading = Read(name, padded);

            Assert.Empty(reading.Problems);
            Assert.Equal(Settings(plain), Settings(reading));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_value_in_quotes_is_refused_with_a_hint_and_not_shown(string name)
    {
        foreach (var quote in "\"'")
        {
            var problem = Assert.Single(Read(name, quote + Sample(name) + quote).Problems);

            Assert.StartsWith(name + " is in quotes", problem, StringComparison.Ordinal);
            Assert.DoesNotContain(quote + Sample(name), problem, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_control_character_inside_a_value_is_refused(string name)
    {
        foreach (var control in "\n\r\t\0\u001b\u0085")
        {
            var problem = Assert.Single(Read(name, "ab" + control + "S3cr3t").Problems);

            Assert.StartsWith(name + " contains a control character", problem, StringComparison.Ordinal);
            Assert.DoesNotContain("S3cr3t", problem, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("\"")]
    [InlineData("it's")]
    [InlineData("'open")]
    [InlineData("\"mixed'")]
    [InlineData("say \"hi\"")]
    public void Quotes_that_do_not_enclose_the_value_belong_to_it(string value) => Assert.Null(EnvironmentText.Problem(value));

    private static SettingsReading Read(string name, string value) => SettingsReader.Read(asked => asked == name ? value : asked switch
    {
        // What another variable needs beside it.
        "REDIS_PASSWORD" when name == "REDIS_USERNAME" => "password",
        "REDIS_TLS" when name is "REDIS_TLS_CA_FILE" or "REDIS_TLS_CERT_FILE" or "REDIS_TLS_KEY_FILE" or "REDIS_AUTH" or "REDIS_IAM_CLUSTER" => "1",
        "REDIS_TLS_CERT_FILE" when name == "REDIS_TLS_KEY_FILE" => File,
        "REDIS_TLS_KEY_FILE" when name == "REDIS_TLS_CERT_FILE" => File,
        "REDIS_USERNAME" when name is "REDIS_AUTH" or "REDIS_IAM_CLUSTER" => "user",
        "REDIS_AUTH" when name == "REDIS_IAM_CLUSTER" => "iam",
        "REDIS_IAM_CLUSTER" when name == "REDIS_AUTH" => "my-cache",
        "REDIS_SENTINELS" when name == "REDIS_SENTINEL_MASTER" => "sentinel",
        "REDIS_SENTINEL_MASTER" when name == "REDIS_SENTINELS" => "cache",
        _ => Good.GetValueOrDefault(asked),
    });

    private static string Settings(SettingsReading reading) =>
        $"{reading.Settings} {string.Join(' ', reading.Settings!.Queues)} {string.Join(' ', reading.Settings.Queues[0].Roles)} {reading.Settings.Redis.Password?.Reveal()} {reading.Settings.EdgeApi.ApiKey.Reveal()} {reading.Settings.Sentry.Dsn?.Reveal()}";

    private static string Sample(string name) => Good.GetValueOrDefault(name) ?? Variables.All.SingleOrDefault(variable => variable.Name == name) switch
    {
        { Kind: SettingKind.Number } number => number.Default ?? "30",
        { Kind: SettingKind.Flag } => "1",
        { Kind: SettingKind.Ratio } => "0.5",
        { Kind: SettingKind.Choice } choice => choice.Choices[^1],
        { Kind: SettingKind.Url } => "http://localhost:1",
        { Kind: SettingKind.File } => File,
        { Name: "AWS_ROLE_ARN_CHAIN" } => "arn:aws:iam::123456789012:role/cache",
        _ => name switch
        {
            "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL" => "grpc",
            "OTEL_EXPORTER_OTLP_TRACES_HEADERS" => "name=value",
            "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT" => "1000",
            _ => "sample",
        },
    };
}
