using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using EntitlementCache.Observability;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Tests.Observability;

public sealed class MetricsEndpointTests : IAsyncLifetime
{
    private readonly MetricsPage _page = new();
    private WebApplication _server = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _ = new ServiceMetrics(_page);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        _server = builder.Build();
        new MetricsEndpoint(_page).Map(_server, "/metrics");
        await _server.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_server.Urls.Single()) };
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1")]
    [InlineData("text/plain;version=0.0.4")]
    [InlineData("application/json")]
    public async Task Whatever_the_client_prefers_the_answer_is_the_one_format_there_is_whole(string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await _client.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(body.Length, response.Content.Headers.ContentLength);
        Assert.Equal(((byte)'#', (byte)'\n'), (body[0], body[^1]));
    }

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("deflate, gzip;q=0.5", true)]
    [InlineData("*", true)]
    [InlineData("gzip;q=0, *", false)]
    [InlineData("br", false)]
    [InlineData(";;nonsense", false)]
    public async Task The_page_is_compressed_only_for_a_client_that_accepts_gzip(string acceptEncoding, bool compressed)
    {
        // The second answer comes from the first one's buffers.
        for (var scrape = 0; scrape < 2; scrape++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
            request.Headers.TryAddWithoutValidation("Accept-Encoding", acceptEncoding);
            using var response = await _client.SendAsync(request);

            Assert.Equal(compressed ? ["gzip"] : [], response.Content.Headers.ContentEncoding);
            Assert.Equal("Accept-Encoding", response.Headers.Vary.Single());
            await using var body = await response.Content.ReadAsStreamAsync();
            using var reader = new StreamReader(compressed ? new GZipStream(body, CompressionMode.Decompress) : body);
            Assert.Equal(await _page.TextAsync(), await reader.ReadToEndAsync());
        }
    }

    [Fact]
    public async Task Scrapes_at_the_same_time_do_not_mix()
    {
        var expected = await _page.TextAsync();
        var pages = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _client.GetStringAsync(new Uri("/metrics", UriKind.Relative))));

        Assert.All(pages, page => Assert.Equal(expected, page));
    }

    [Fact]
    public async Task HEAD_has_the_headers_of_GET_and_no_body()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/metrics");
        using var response = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(MetricsEndpoint.ContentType, response.Content.Headers.ContentType?.ToString());
        Assert.Equal((await _page.TextAsync()).Length, response.Content.Headers.ContentLength);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Other_methods_are_refused()
    {
        using var content = new StringContent("x", MediaTypeHeaderValue.Parse("text/plain"));
        using var response = await _client.PostAsync(new Uri("/metrics", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }
}
