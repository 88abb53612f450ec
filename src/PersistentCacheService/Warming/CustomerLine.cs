using System.Text;
using EntitlementCache.Messages;

namespace PersistentCacheService.Warming;

/// <summary>A line of a list of customers: <c>id</c>, or <c>id,resource</c>; an id with a comma or a quote stands in quotes, as in CSV.</summary>
internal static class CustomerLine
{
    /// <summary>Reads a line. White space around ids does not count.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="customer">Whom it names; <c>default</c> for an empty line.</param>
    /// <param name="problem">What is wrong, when it is.</param>
    public static bool TryRead(string line, out CustomerIdentity customer, out string problem)
    {
        (customer, problem) = (default, "");
        var rest = line.AsSpan().Trim().TrimStart('\uFEFF');
        if (rest.IsEmpty)
        {
            return true;
        }

        if (!TryTake(ref rest, out var id) || (rest.Length > 0 && rest[0] != ','))
        {
            problem = "a quote is not closed";
            return false;
        }

        var resource = "";
        if (rest.Length > 0)
        {
            rest = rest[1..];
            if (!TryTake(ref rest, out resource) || rest.Length > 0)
            {
                problem = "more than an id and a resource";
                return false;
            }
        }

        customer = new CustomerIdentity(Encoding.UTF8.GetBytes(id), Encoding.UTF8.GetBytes(resource));
        if (!IdRules.IsValid(customer.CustomerId.Span) || (resource.Length > 0 && !IdRules.IsValid(customer.ResourceId.Span)))
        {
            problem = "no key is ever made of such an id";
            return false;
        }

        return true;
    }

    /// <summary>Writes a line, without its end.</summary>
    public static string Write(CustomerIdentity customer) =>
        customer.ResourceIdText is { } resource ? $"{Quote(customer.CustomerIdText)},{Quote(resource)}" : Quote(customer.CustomerIdText);

    private static string Quote(string id) =>
        id.AsSpan().ContainsAny(',', '"') || id.Trim().Length < id.Length ? $"\"{id.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : id;

    /// <summary>Takes the next field and leaves what follows it. False: its quote is not closed.</summary>
    private static bool TryTake(ref ReadOnlySpan<char> rest, out string field)
    {
        rest = rest.TrimStart();
        if (rest.IsEmpty || rest[0] != '"')
        {
            var end = rest.IndexOf(',');
            field = (end < 0 ? rest : rest[..end]).Trim().ToString();
            rest = end < 0 ? [] : rest[end..];
            return true;
        }

        var text = new StringBuilder();
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] != '"')
            {
                text.Append(rest[i]);
            }
            else if (i + 1 < rest.Length && rest[i + 1] == '"')
            {
                text.Append('"');
                i++;
            }
            else
            {
                field = text.ToString();
                rest = rest[(i + 1)..].TrimStart();
                return true;
            }
        }

        field = "";
        return false;
    }
}
