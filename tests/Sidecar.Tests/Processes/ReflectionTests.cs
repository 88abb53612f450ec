using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using Stigg.Sidecar.V1;
using V1 = Grpc.Reflection.V1;
using V1Alpha = Grpc.Reflection.V1Alpha;

namespace Sidecar.Tests.Processes;

/// <summary>
/// Tools that know no proto learn the interface from the server, by the reflection service of today and by its first version, which older ones ask for. The executable
/// is asked: ahead-of-time compilation could have lost what describes it.
/// </summary>
public sealed class ReflectionTests : IAsyncLifetime
{
    private static readonly string[] Served = [SidecarService.Descriptor.FullName, "grpc.health.v1.Health"];

    private SidecarProcess _sidecar = null!;
    private GrpcChannel _channel = null!;

    public async Task InitializeAsync()
    {
        _sidecar = await SidecarProcess.StartAsync(("OFFLINE", "1"));
        _channel = GrpcChannel.ForAddress($"http://127.0.0.1:{_sidecar.Port}");
    }

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        await _sidecar.DisposeAsync();
    }

    [Fact]
    public async Task Today_s_reflection_lists_the_services_and_describes_every_call()
    {
        using var call = new V1.ServerReflection.ServerReflectionClient(_channel).ServerReflectionInfo();

        var services = await AskAsync(call, new V1.ServerReflectionRequest { ListServices = "" });
        var files = await AskAsync(call, new V1.ServerReflectionRequest { FileContainingSymbol = SidecarService.Descriptor.FullName });

        Assert.Superset(Served.ToHashSet(), services.ListServicesResponse.Service.Select(static one => one.Name).ToHashSet());
        DescribesEveryCall(files.FileDescriptorResponse.FileDescriptorProto.Select(FileDescriptorProto.Parser.ParseFrom));
    }

    [Fact]
    public async Task The_first_version_does_the_same()
    {
        using var call = new V1Alpha.ServerReflection.ServerReflectionClient(_channel).ServerReflectionInfo();

        var services = await AskAsync(call, new V1Alpha.ServerReflectionRequest { ListServices = "" });
        var files = await AskAsync(call, new V1Alpha.ServerReflectionRequest { FileContainingSymbol = SidecarService.Descriptor.FullName });

        Assert.Superset(Served.ToHashSet(), services.ListServicesResponse.Service.Select(static one => one.Name).ToHashSet());
        DescribesEveryCall(files.FileDescriptorResponse.FileDescriptorProto.Select(FileDescriptorProto.Parser.ParseFrom));
    }

    private static async Task<TResponse> AskAsync<TRequest, TResponse>(AsyncDuplexStreamingCall<TRequest, TResponse> call, TRequest request)
    {
        await call.RequestStream.WriteAsync(request);
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        return call.ResponseStream.Current;
    }

    private static void DescribesEveryCall(IEnumerable<FileDescriptorProto> files)
    {
        var service = files.SelectMany(static file => file.Service).Single(static one => one.Name == SidecarService.Descriptor.Name);
        Assert.Equal(SidecarService.Descriptor.Methods.Select(static method => method.Name), service.Method.Select(static method => method.Name));
    }
}
