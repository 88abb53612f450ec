using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Sidecar.Settings;
using Sidecar.Tests.Processes;
using Sidecar.Tests.Service;
using Stigg.Sidecar.V1;
using TestKit;

namespace Sidecar.Tests.Tls;

public sealed class TlsTests : IDisposable
{
    private readonly TestCertificates _authority = TestCertificates.Create();
    private readonly TestCertificates _other = TestCertificates.Create();

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task The_gRPC_port_speaks_TLS_with_the_given_certificate()
    {
        await using var sidecar = await StartAsync();

        Assert.True((await CallAsync(sidecar, client: null)).IsFallback);
    }

    [Fact]
    public async Task A_client_without_TLS_is_refused()
    {
        await using var sidecar = await StartAsync();

        await Assert.ThrowsAsync<RpcException>(async () => await sidecar.Client.GetBooleanEntitlementAsync(new GetBooleanEntitlementRequest { CustomerId = "a", FeatureId = "f" }));
    }

    [Fact]
    public async Task With_mutual_TLS_only_clients_of_the_authority_are_served()
    {
        await using var sidecar = await StartAsync(("TLS_CLIENT_CA_FILE", _authority.AuthorityFile));

        Assert.True((await CallAsync(sidecar, _authority.Valid())).IsFallback);
        await Assert.ThrowsAsync<RpcException>(() => CallAsync(sidecar, _other.Valid()));
        await Assert.ThrowsAsync<RpcException>(() => CallAsync(sidecar, _authority.Expired()));
        await Assert.ThrowsAsync<RpcException>(() => CallAsync(sidecar, client: null));
    }

    [Fact]
    public async Task With_mutual_TLS_the_HTTP_port_serves_no_call_without_a_certificate()
    {
        var certificate = _authority.Valid();
        await using var sidecar = await SidecarProcess.StartAsync(
            ("OFFLINE", "1"), ("TLS_CERT_FILE", certificate.CertificateFile), ("TLS_KEY_FILE", certificate.KeyFile), ("TLS_CLIENT_CA_FILE", _authority.AuthorityFile));

        foreach (var method in SidecarService.Descriptor.Methods)
        {
            Assert.Equal(HttpStatusCode.NotFound, await PostAsync(sidecar, $"/v1/{method.Name}", "application/json"));
            Assert.InRange(await PostAsync(sidecar, $"/{method.Service.FullName}/{method.Name}", "application/grpc"), HttpStatusCode.BadRequest, HttpStatusCode.HttpVersionNotSupported);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await sidecar.Http.GetAsync(new Uri("/openapi.json", UriKind.Relative))).StatusCode);
        await Eventually.HoldsAsync(() => sidecar.Log.Any(static line => ((string)line["msg"]!).Contains("TLS_CLIENT_CA_FILE", StringComparison.Ordinal)), "it is told");
    }

    [Fact]
    public void Files_that_are_no_certificates_are_told()
    {
        var (valid, wrong) = (_authority.Valid(), typeof(TlsTests).Assembly.Location);
        var environment = new Dictionary<string, string> { ["OFFLINE"] = "1", ["TLS_CERT_FILE"] = valid.CertificateFile, ["TLS_KEY_FILE"] = wrong, ["TLS_CLIENT_CA_FILE"] = wrong };

        var problems = SidecarSettingsReader.Read(environment.GetValueOrDefault).Problems;

        Assert.Contains(problems, static problem => problem.StartsWith("TLS_CERT_FILE ", StringComparison.Ordinal));
        Assert.Contains(problems, static problem => problem.StartsWith("TLS_CLIENT_CA_FILE ", StringComparison.Ordinal));
    }

    private static async Task<HttpStatusCode> PostAsync(SidecarProcess sidecar, string path, string type)
    {
        using var content = new StringContent("{}", Encoding.UTF8, type);
        using var response = await sidecar.Http.PostAsync(new Uri(path, UriKind.Relative), content);
        return response.StatusCode;
    }

    private async Task<GetBooleanEntitlementResponse> CallAsync(RunningSidecar sidecar, ServerCertificate? client)
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(_authority.AuthorityFile);
        if (client is not null)
        {
            handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPemFile(client.CertificateFile, client.KeyFile)];
        }

        using var channel = GrpcChannel.ForAddress($"https://127.0.0.1:{sidecar.GrpcPort}", new GrpcChannelOptions { HttpHandler = handler });
        return await new SidecarService.SidecarServiceClient(channel).GetBooleanEntitlementAsync(new GetBooleanEntitlementRequest { CustomerId = "a", FeatureId = "f" });
    }

    private Task<RunningSidecar> StartAsync(params (string, string)[] more)
    {
        var certificate = _authority.Valid();
        return RunningSidecar.StartAsync([("OFFLINE", "1"), ("TLS_CERT_FILE", certificate.CertificateFile), ("TLS_KEY_FILE", certificate.KeyFile), .. more]);
    }
}
