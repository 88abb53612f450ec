using TestKit.Messages;

namespace Demo;

/// <summary>The messages of the demonstration, in acts: what a queue may reorder is sent in one act, what must come later in the next.</summary>
internal sealed class Story
{
    public const string Customer = "acme";
    public const string Resource = "site-1";
    public const string PurgedCustomer = "globex";
    public const string FetchedCustomer = "initech";

    private static readonly Feature ApiCalls = new("api-calls", "API calls", "NUMBER", "Incremental", ("call", "calls"));
    private static readonly Feature Seats = new("seats", "Seats", "NUMBER", "Fluctuating", ("seat", "seats"));
    private static readonly Feature SingleSignOn = new("sso", "Single sign-on", "BOOLEAN");
    private static readonly Feature Residency = new("data-residency", "Data residency", "ENUM");

    public Story(DateTimeOffset now)
    {
        // Stigg's events carry the time of the change; a minute ago leaves room for the acts.
        Start = now.AddMinutes(-1).ToUnixTimeMilliseconds();
        var period = new Period(Start - 864_000_000, Start + 1_728_000_000); // 10 days ago to in 20 days.
        Acts =
        [
            new Act("entitlements", [.. Entitlements(period)]),
            new Act("usage, credits, a repeated and an envelope", [.. Usage(period)]),
            new Act("late, purging and broken messages", [.. Trouble(period)]),
        ];
    }

    /// <summary>What the Edge API knows of <see cref="FetchedCustomer"/>, and no message tells.</summary>
    public EntitlementsMessage Fetched => new()
    {
        CustomerId = FetchedCustomer,
        Time = Start,
        Entitlements = [new FeatureEntitlement(Seats, UsageLimit: 3, CurrentUsage: 2, Period: new Period(Start - 864_000_000, Start + 1_728_000_000))],
    };

    /// <summary>Time of the first change, ms since the epoch.</summary>
    public long Start { get; }

    public IReadOnlyList<Act> Acts { get; }

    public IEnumerable<SentMessage> Sent => Acts.SelectMany(static act => act.Sent);

    public void Print(Outcomes outcomes)
    {
        Page.Title("Sent");
        Page.Table(
            ["message", "what", "outcome", "queue"],
            [.. Sent.Select(sent => new[]
            {
                sent.MessageId[..8],
                sent.Message.What,
                outcomes.Of(sent.MessageId) ?? "?",
                sent.Message.StaysInQueue ? "stays" : "deleted",
            })]);
    }

    public void Check(Outcomes outcomes, Checklist checks)
    {
        foreach (var sent in Sent)
        {
            checks.Add($"{sent.Message.What}: {sent.Message.Outcome}", outcomes.Of(sent.MessageId) == sent.Message.Outcome);
        }
    }

    private IEnumerable<DemoMessage> Entitlements(Period period)
    {
        Entitlement[] all =
        [
            new FeatureEntitlement(ApiCalls, UsageLimit: 1000, CurrentUsage: 42, Period: period),
            new FeatureEntitlement(Seats, UsageLimit: 25, CurrentUsage: 7, Period: period),
            new FeatureEntitlement(SingleSignOn),
            new FeatureEntitlement(Residency, EnumValues: ["eu", "us"]),
            new CreditEntitlement("ai-tokens", "AI tokens", Granted: 5000, Consumed: 1000, PeriodEnd: period.End),
        ];
        yield return new DemoMessage($"entitlements of {Customer}", Granting(Customer, null, all), "Written");
        yield return new DemoMessage($"entitlements of {Customer}'s resource {Resource}", Granting(Customer, Resource, all[..2]), "Written");
        yield return new DemoMessage($"entitlements of {PurgedCustomer}", Granting(PurgedCustomer, null, all[..1]), "Written");
    }

    private IEnumerable<DemoMessage> Usage(Period period)
    {
        var apiCalls = Used("api-calls", 120, 20, period);
        yield return new DemoMessage("usage of api-calls: 120", apiCalls, "Written");
        yield return new DemoMessage("the same message again", apiCalls, "Written");
        yield return new DemoMessage("usage of the credit ai-tokens: 1010.5", Used("ai-tokens", 1010.5, 21, period, isCredit: true), "Written");
        yield return new DemoMessage("usage of seats: 9, wrapped by SNS", StiggMessages.InSns(Used("seats", 9, 22, period)), "Written");
        yield return new DemoMessage("a plan was published", StiggMessages.PackagePublished(), "Ignored");
    }

    private IEnumerable<DemoMessage> Trouble(Period period)
    {
        yield return new DemoMessage("usage of api-calls: 80, older than the 120", Used("api-calls", 80, 10, period), "SkippedOlder");
        yield return new DemoMessage("usage of a customer that is not cached", new UsageMessage { CustomerId = "nobody", Id = "seats", CurrentUsage = 1, Time = Start }.Body(), "SkippedAbsent");
        yield return new DemoMessage($"purge of {PurgedCustomer}", StiggMessages.Purge((PurgedCustomer, null)), "Purged");
        yield return new DemoMessage($"webhook that names {FetchedCustomer} without its values: fetched", StiggMessages.EntitlementsWebhook(FetchedCustomer), "Refreshed");
        yield return new DemoMessage("a message cut off in the middle", StiggMessages.Malformed["cut off"], "Malformed", "malformed: the queue's redrive policy decides");
    }

    private string Granting(string customerId, string? resourceId, IReadOnlyList<Entitlement> entitlements) =>
        new EntitlementsMessage { CustomerId = customerId, ResourceId = resourceId, Time = Start, Entitlements = entitlements }.Body();

    private string Used(string id, double usage, int secondsLater, Period period, bool isCredit = false) =>
        new UsageMessage { CustomerId = Customer, Id = id, IsCredit = isCredit, CurrentUsage = usage, Time = Start + (secondsLater * 1000), Period = period }.Body();
}
