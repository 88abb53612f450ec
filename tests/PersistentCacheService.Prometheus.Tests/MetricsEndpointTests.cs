using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace PersistentCacheService.Prometheus.Tests;

public sealed class MetricsEndpointTests : IAsyncLifetime, IDisposable
{
    private readonly MetricsFixture _metrics = new();
    private WebApplication _server = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _metrics.Meter.CreateCounter<int>("events_total", description: "Events. ü").Add(3);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.MapMetrics("/metrics", _metrics.Registry);
        await _server.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_server.Urls.Single()) };
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _client.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public async Task The_page_has_the_content_type_of_the_format_its_length_and_a_final_newline()
    {
        using var response = await _client.GetAsync(new Uri("/metrics", UriKind.Relative));
        var body = await response.Content.ReadAsByteArrayAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(body.Length, response.Content.Headers.ContentLength);
        Assert.Equal((byte)'#', body[0]);
        Assert.Equal((byte)'\n', body[^1]);
        Assert.DoesNotContain((byte)'\r', body);
    }

    [Theory]
    [InlineData("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1")]
    [InlineData("text/plain;version=0.0.4")]
    [InlineData("*/*")]
    [InlineData("application/json")]
    public async Task Whatever_the_client_prefers_the_answer_is_the_one_format_there_is(string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await _client.SendAsync(request);

        Assert.Equal(MetricsEndpoint.ContentType, response.Content.Headers.ContentType?.ToString());
        Assert.Contains("\nevents_total 3\n", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("deflate, gzip;q=0.5", true)]
    [InlineData("*", true)]
    [InlineData("gzip;q=0, *", false)]
    [InlineData("br", false)]
    [InlineData("identity", false)]
    [InlineData(";;nonsense", false)]
    public async Task The_page_is_compressed_only_for_a_client_that_accepts_gzip(string acceptEncoding, bool compressed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", acceptEncoding);
        using var response = await _client.SendAsync(request);

        Assert.Equal(compressed ? ["gzip"] : [], response.Content.Headers.ContentEncoding);
        Assert.Equal("Accept-Encoding", response.Headers.Vary.Single());
        await using var body = await response.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(compressed ? new GZipStream(body, CompressionMode.Decompress) : body);
        Assert.Equal(_metrics.Page(), await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task HEAD_has_the_headers_of_GET_and_no_body()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/metrics");
        using var response = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(MetricsEndpoint.ContentType, response.Content.Headers.ContentType?.ToString());
        Assert.Equal(_metrics.Page().Length + 1, response.Content.Headers.ContentLength); // ü has two bytes
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
