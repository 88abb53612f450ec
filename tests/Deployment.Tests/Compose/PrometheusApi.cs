using System.Globalization;
using System.Text.Json.Nodes;

namespace Deployment.Tests.Compose;

/// <summary>What a Prometheus tells about itself and its target.</summary>
/// <param name="http">The client to ask with.</param>
/// <param name="address">Where it listens.</param>
internal sealed class PrometheusApi(HttpClient http, Uri address)
{
    /// <summary>The value of an expression that has one; null as long as there is none.</summary>
    public async Task<double?> ValueAsync(string expression) =>
        (await GetAsync($"query?query={Uri.EscapeDataString(expression)}")).At("result.0.value.1")?.GetValue<string>() is { } value
            ? double.Parse(value, CultureInfo.InvariantCulture)
            : null;

    /// <summary>Every rule that it has loaded; empty before that.</summary>
    public async Task<IReadOnlyList<JsonNode>> RulesAsync() =>
        [.. (await GetAsync("rules")).At("groups")?.AsArray().SelectMany(group => group!["rules"]!.AsArray()).Select(rule => rule!) ?? []];

    private async Task<JsonNode?> GetAsync(string request)
    {
        try
        {
            return JsonNode.Parse(await http.GetStringAsync(new Uri(address, $"/api/v1/{request}")))!["data"];
        }
        catch (HttpRequestException)
        {
            return null; // It does not listen yet.
        }
    }
}
