using System.Globalization;
using System.Text.Json;

namespace LocalSqs.Queues;

/// <summary>Where messages go that were received too often.</summary>
/// <param name="DeadLetterTargetArn">ARN of the dead-letter queue.</param>
/// <param name="MaxReceiveCount">1..1000; the next receive after so many moves the message.</param>
internal sealed record RedrivePolicy(string DeadLetterTargetArn, int MaxReceiveCount)
{
    /// <summary>Reads the attribute's JSON; false when it is not a policy.</summary>
    public static bool TryParse(string json, out RedrivePolicy? policy)
    {
        policy = null;
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("deadLetterTargetArn", out var arn)
                || arn.ValueKind != JsonValueKind.String
                || !document.RootElement.TryGetProperty("maxReceiveCount", out var count)
                || !int.TryParse(count.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var maximum)
                || maximum is < 1 or > 1000)
            {
                return false;
            }

            policy = new RedrivePolicy(arn.GetString()!, maximum);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The attribute's JSON.</summary>
    public string ToJson() =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"deadLetterTargetArn":"{{DeadLetterTargetArn}}","maxReceiveCount":{{MaxReceiveCount}}}""");
}
