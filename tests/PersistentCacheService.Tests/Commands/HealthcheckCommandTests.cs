using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace PersistentCacheService.Tests.Commands;

public sealed class HealthcheckCommandTests
{
    [Theory]
    [InlineData(200, 0)]
    [InlineData(503, 1)]
    public async Task The_exit_code_is_that_of_the_readiness(int status, int exitCode)
    {
        await using var worker = await ServeAsync("/readyz", status, """{"status":"as it is"}""");

        var run = await CommandRun.OfAsync(PortOf(worker), "healthcheck");

        Assert.Equal((exitCode, """{"status":"as it is"}"""), (run.ExitCode, run.Output.TrimEnd()));
    }

    [Fact]
    public async Task Life_is_asked_for_by_option()
    {
        await using var worker = await ServeAsync("/livez", 200, "{}");

        Assert.Equal(0, (await CommandRun.OfAsync(PortOf(worker), "healthcheck", "--live")).ExitCode);
        Assert.Equal(1, (await CommandRun.OfAsync(PortOf(worker), "healthcheck")).ExitCode);
    }

    [Fact]
    public async Task Nobody_there_is_not_healthy()
    {
        var run = await CommandRun.OfAsync(new Dictionary<string, string?> { ["PORT"] = "1" }, "healthcheck");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("http://127.0.0.1:1/readyz", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_is_told_to_programs()
    {
        var run = await CommandRun.OfAsync(new Dictionary<string, string?> { ["PORT"] = "1" }, "healthcheck", "--json");

        var answer = JsonNode.Parse(run.Output)!;
        Assert.Equal((1, "", "DOWN"), (run.ExitCode, run.Errors, (string?)answer["status"]));
        Assert.StartsWith("http://127.0.0.1:1/readyz: ", (string)answer["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_port_is_a_wrong_configuration()
    {
        var run = await CommandRun.OfAsync(new Dictionary<string, string?> { ["PORT"] = "http" }, "healthcheck");

        Assert.Equal(78, run.ExitCode);
        Assert.Contains("PORT", run.Errors, StringComparison.Ordinal);
    }

    private static async Task<WebApplication> ServeAsync(string path, int status, string body)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet(path, () => Results.Text(body, statusCode: status));
        await app.StartAsync();
        return app;
    }

    private static Dictionary<string, string?> PortOf(WebApplication worker) =>
        new() { ["PORT"] = new Uri(worker.Urls.First()).Port.ToString(CultureInfo.InvariantCulture) };
}
