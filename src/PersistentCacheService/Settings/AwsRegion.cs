using System.Text.RegularExpressions;

namespace PersistentCacheService.Settings;

/// <summary>
/// What a region looks like and which one an AWS host name belongs to. A wrong region is answered by AWS with a signature error that does not mention it.
/// Regions are recognised by form: AWS adds new ones every year.
/// </summary>
internal static partial class AwsRegion
{
    private const int MatchTimeoutInMilliseconds = 1000;

    private static readonly string[] AwsDomains = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".amazonaws.eu", ".c2s.ic.gov", ".sc2s.sgov.gov", ".adc-e.uk", ".csp.hci.ic.gov"];

    /// <summary>Why AWS cannot know this region, or not for this queue; null: it may be right.</summary>
    /// <param name="region">What AWS_REGION says.</param>
    /// <param name="queue">The queue's URL, null when it is not known.</param>
    public static string? Problem(string region, Uri? queue)
    {
        var name = Variables.AwsRegion.Name;
        var lower = region.ToLowerInvariant();
        if (OfZone(lower) is { } zonesRegion)
        {
            return $"{name} names an availability zone; set {name}={zonesRegion}.";
        }

        if (lower != region && IsRegion(lower))
        {
            return $"{name} is not in lower case; set {name}={lower}.";
        }

        if (queue is null || !IsAwsHost(queue.Host))
        {
            return null;
        }

        var queuesRegion = OfHost(queue.Host);
        if (!IsRegion(region))
        {
            return $"{name} is not an AWS region; allowed is one such as {queuesRegion ?? "us-east-1"}.";
        }

        return queuesRegion is not null && queuesRegion != region
            ? $"{name} is {region} but the host of {Variables.QueueUrl.Name} is in {queuesRegion}; set {name}={queuesRegion}, or the URL of a queue in {region}."
            : null;
    }

    /// <summary>Whether it has the form of a region: <c>us-east-1</c>, <c>us-gov-west-1</c>, <c>eusc-de-east-1</c>.</summary>
    public static bool IsRegion(string text) => RegionForm().IsMatch(text);

    /// <summary>The region of an availability zone or local zone such as <c>us-east-1a</c> or <c>us-west-2-lax-1a</c>; null: it is none.</summary>
    public static string? OfZone(string text) => ZoneForm().Match(text) is { Success: true } match ? match.Groups["region"].Value : null;

    /// <summary>Whether a host belongs to AWS, VPC endpoints included.</summary>
    public static bool IsAwsHost(string host) => AwsDomains.Any(domain => host.EndsWith(domain, StringComparison.OrdinalIgnoreCase));

    /// <summary>The region that a host of AWS names: <c>sqs.eu-west-1.amazonaws.com</c>; null: it is no host of AWS, or names none.</summary>
    public static string? OfHost(string host) => IsAwsHost(host) ? host.ToLowerInvariant().Split('.').LastOrDefault(IsRegion) : null;

    [GeneratedRegex(@"^[a-z]{2,4}(-[a-z]{2,20}){1,3}-[1-9][0-9]?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, MatchTimeoutInMilliseconds)]
    private static partial Regex RegionForm();

    [GeneratedRegex(@"^(?<region>[a-z]{2,4}(-[a-z]{2,20}){1,3}-[1-9][0-9]?)([a-z]|-[a-z]{2,20}-[1-9][0-9]?[a-z]?)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, MatchTimeoutInMilliseconds)]
    private static partial Regex ZoneForm();
}
