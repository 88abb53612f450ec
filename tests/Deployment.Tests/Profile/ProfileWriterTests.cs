using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using ImageProfile;

namespace Deployment.Tests.Profile;

/// <summary>What the precompiler finds in a profile. Whether it takes it is seen where the executable is published.</summary>
public sealed class ProfileWriterTests : IDisposable
{
    // The runtime's own assemblies beside its core library.
    private readonly AssemblyCatalogue _assemblies = AssemblyCatalogue.Load(Path.GetDirectoryName(typeof(object).Assembly.Location)!);

    public void Dispose() => _assemblies.Dispose();

    [Fact]
    public void Every_method_that_is_found_is_a_token_of_its_assembly()
    {
        var profile = new ProfileWriter(_assemblies);

        Assert.True(profile.Add(Method("System.String:IsNullOrEmpty(System.String)")));
        Assert.True(profile.Add(Method("System.Collections.Generic.Dictionary`2[System.__Canon,int]:TryAdd(System.__Canon,int)")));
        Assert.True(profile.Add(Method("System.Array:Resize[char](byref,int)")));
        Assert.True(profile.Add(Method("System.Uri:get_Host()")));
        Assert.False(profile.Add(Method("System.Uri:get_Ghost()")));
        Assert.False(profile.Add(Method("System.Ghost:get_Host()")));
        using var read = Read(profile);

        Assert.Equal(["Assembly_System.Private.CoreLib", "Assembly_System.Private.Uri", "AssemblyDictionary"], read.Methods);
        Assert.Equal(["Dictionary`2", "IsNullOrEmpty", "Resize", "TryAdd", "Uri", "get_Host"], read.Names("Dictionary`2", "IsNullOrEmpty", "Resize", "TryAdd", "Uri", "get_Host", "get_Ghost"));
        Assert.Contains("System.Private.Canon", read.Assemblies);
    }

    [Fact]
    public void The_same_methods_give_the_same_file()
    {
        string[] methods = ["System.String:IsNullOrEmpty(System.String)", "System.Uri:get_Host()"];

        Assert.Equal(Bytes(methods), Bytes(methods));
        Assert.NotEqual(Bytes(methods), Bytes(methods[..1]));
    }

    private byte[] Bytes(string[] methods)
    {
        var profile = new ProfileWriter(_assemblies);
        Assert.All(methods, method => Assert.True(profile.Add(Method(method))));
        using var file = new MemoryStream();
        profile.WriteTo(file);
        return file.ToArray();
    }

    private static PrintedMethod Method(string text) => PrintedMethod.Parse($"1: JIT compiled {text} [FullOpts, IL size=1, code size=1]")!;

    private static ReadProfile Read(ProfileWriter profile)
    {
        var file = new MemoryStream();
        profile.WriteTo(file);
        return new ReadProfile(new PEReader(file.ToArray().ToImmutableArray()));
    }

    private sealed class ReadProfile(PEReader file) : IDisposable
    {
        private readonly MetadataReader _metadata = file.GetMetadataReader();

        public IEnumerable<string> Methods => _metadata.MethodDefinitions.Select(handle => _metadata.GetString(_metadata.GetMethodDefinition(handle).Name));

        public IEnumerable<string> Assemblies => _metadata.AssemblyReferences.Select(handle => _metadata.GetString(_metadata.GetAssemblyReference(handle).Name));

        /// <summary>Those of these names that a type or a member referred to has.</summary>
        public IEnumerable<string> Names(params string[] names)
        {
            var types = _metadata.TypeReferences.Select(handle => _metadata.GetTypeReference(handle).Name);
            var members = _metadata.MemberReferences.Select(handle => _metadata.GetMemberReference(handle).Name);
            return types.Concat(members).Select(_metadata.GetString).Where(names.Contains).Distinct().Order(StringComparer.Ordinal);
        }

        public void Dispose() => file.Dispose();
    }
}
