using System.Text.RegularExpressions;
using EntitlementCache.Settings;

namespace PersistentCacheService.Settings;

/// <summary>The roles of <c>AWS_ROLE_ARN_CHAIN</c>: each is assumed with the credentials of the one before.</summary>
internal static partial class RoleChain
{
    /// <summary>Roles at most; every one is a call to STS at each renewal, and more than three are not seen in practice.</summary>
    public const int Longest = 5;

    private const int MatchTimeoutInMilliseconds = 1000;

    /// <summary>Reads the list; what is wrong with it is reported.</summary>
    public static IReadOnlyList<string> Read(EnvironmentReader reader)
    {
        var name = Variables.RoleArnChain.Name;
        if (reader.Text(Variables.RoleArnChain) is not { } text)
        {
            return [];
        }

        var roles = text.Split(',', StringSplitOptions.TrimEntries);
        if (roles.Length > Longest)
        {
            reader.Report($"{name} names {roles.Length} roles; allowed are {Longest}.");
        }

        if (Array.FindIndex(roles, static role => !RoleForm().IsMatch(role)) is >= 0 and var wrong)
        {
            reader.Report($"{name}: the {wrong + 1}. part is no role's ARN; allowed is arn:aws:iam::123456789012:role/NAME, several with commas between.");
        }

        return roles;
    }

    [GeneratedRegex(@"^arn:aws[a-z-]{0,20}:iam::[0-9]{12}:role/[A-Za-z0-9_+=.@/-]{1,576}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, MatchTimeoutInMilliseconds)]
    private static partial Regex RoleForm();
}
