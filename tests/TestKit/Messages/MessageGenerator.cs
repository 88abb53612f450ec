using System.Globalization;

namespace TestKit.Messages;

/// <summary>A realistic stream of messages that is the same for the same seed: usage updates of about 300 bytes and entitlements of 10 features, 5 of them metered, of about 7.5 kB. Every message has a time of its own.</summary>
public sealed class MessageGenerator
{
    /// <summary>Time of the first message unless told otherwise.</summary>
    public static readonly long BaseTime = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private const int FeaturesPerCustomer = 10;
    private const long Day = 86_400_000;

    private static readonly Period ThisPeriod = new(BaseTime - (15 * Day), BaseTime + (15 * Day));
    private static readonly Feature[] Features = [.. Enumerable.Range(0, FeaturesPerCustomer).Select(MakeFeature)];
    private static readonly string[] EnumValues = ["basic", "pro"];

    /// <summary>How many customers the messages are about.</summary>
    public int Customers { get; init; } = 500;

    /// <summary>Seed of everything that is random.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Share of usage messages, 0..1.</summary>
    public double UsageShare { get; init; } = 0.7;

    /// <summary>Time of the first message, ms since the epoch; each further one is 1 ms newer.</summary>
    public long StartAt { get; init; } = BaseTime;

    /// <summary>Id of a customer of the stream.</summary>
    public static string CustomerId(int number) => string.Create(CultureInfo.InvariantCulture, $"customer-{number:D6}");

    /// <summary>The stream.</summary>
    /// <param name="count">How many messages.</param>
    /// <param name="prime">Whether the first messages are one entitlementsUpdated for each customer: usage of a customer that is not cached is skipped (contract, section 4), so only after these the newest message of a key decides in any order.</param>
    public IEnumerable<StiggMessage> Generate(int count, bool prime = false)
    {
        var random = new MessageRandom(Seed);
        for (var index = 0; index < count; index++)
        {
            var time = StartAt + index;
            if (prime && index < Customers)
            {
                yield return Entitlements(index, random, time);
                continue;
            }

            var customer = random.Next(Customers);
            yield return random.Next() < UsageShare ? Usage(customer, random, time) : Entitlements(customer, random, time);
        }
    }

    private static Feature MakeFeature(int number)
    {
        var isMetered = number % 2 == 0;
        var type = isMetered ? "NUMBER" : (number / 2 % 3) switch { 0 => "BOOLEAN", 1 => "NUMBER", _ => "ENUM" };
        return new Feature(
            RefId: string.Create(CultureInfo.InvariantCulture, $"feature-{number:D2}-{(isMetered ? "metered" : "plain")}"),
            DisplayName: $"Feature {number}",
            FeatureType: type,
            MeterType: MeterType(number, isMetered, type),
            Units: isMetered ? ("call", "calls") : null,
            Description: $"A feature used for load number {number}");
    }

    private static string? MeterType(int number, bool isMetered, string type)
    {
        if (isMetered)
        {
            return number % 4 == 0 ? "Incremental" : "Fluctuating";
        }

        return type == "NUMBER" ? "None" : null;
    }

    private static EntitlementsMessage Entitlements(int customer, MessageRandom random, long time)
    {
        var entitlements = new Entitlement[FeaturesPerCustomer];
        for (var number = 0; number < FeaturesPerCustomer; number++)
        {
            entitlements[number] = Entitlement(Features[number], random);
        }

        return new EntitlementsMessage { CustomerId = CustomerId(customer), Time = time, Entitlements = entitlements };
    }

    private static FeatureEntitlement Entitlement(Feature feature, MessageRandom random) => new(
        feature,
        UsageLimit: feature.FeatureType == "NUMBER" ? 1000 * (1 + random.Next(10)) : null,
        CurrentUsage: feature.IsMetered ? random.Next(1000) : null,
        Period: feature.IsMetered ? ThisPeriod : null,
        EnumValues: feature.FeatureType == "ENUM" ? EnumValues : null);

    private static UsageMessage Usage(int customer, MessageRandom random, long time) => new()
    {
        CustomerId = CustomerId(customer),
        Time = time,
        Id = Features[2 * random.Next(FeaturesPerCustomer / 2)].RefId,
        CurrentUsage = random.Next(100_000),
        Period = ThisPeriod,
    };
}
