using System.Globalization;
using System.Text;
using Amazon.Runtime;
using PersistentCacheService.Sqs.Signing;
using TestKit.Processes;

namespace PersistentCacheService.Sqs.Tests.Credentials;

/// <summary>A process whose only credentials are those that its environment leads to, and an SQS server that remembers how its calls were signed.</summary>
internal sealed class CallerProcess : IAsyncDisposable
{
    private readonly ScriptedSqs _sqs;
    private readonly DirectoryInfo _home;
    private readonly ChildProcess _process;
    private int _calls;

    private CallerProcess(ScriptedSqs sqs, DirectoryInfo home, ChildProcess process)
    {
        _sqs = sqs;
        _home = home;
        _process = process;
    }

    /// <summary>Starts the process.</summary>
    /// <param name="environment">The variables that lead to credentials.</param>
    /// <param name="files">Files to put into the process's home directory, which is empty otherwise.</param>
    /// <param name="sqs">The server; null: one that accepts everything.</param>
    public static async Task<CallerProcess> StartAsync(
        IReadOnlyDictionary<string, string?> environment, IReadOnlyDictionary<string, string>? files = null, ScriptedSqs? sqs = null)
    {
        sqs ??= await ScriptedSqs.StartAsync(ScriptedSqs.Json("{}"));
        var home = Directory.CreateTempSubdirectory("caller-");
        foreach (var (name, content) in files ?? new Dictionary<string, string>())
        {
            var path = Path.Combine(home.FullName, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, content);
        }

        var process = await ChildProcess.StartAsync(new ChildProcessSpec("dotnet", "exec", typeof(Program).Assembly.Location, sqs.ServiceUrl, sqs.QueueUrl)
        {
            InheritEnvironment = false,
            Environment = new Dictionary<string, string?>(environment.Select(variable =>
                KeyValuePair.Create(variable.Key, variable.Value?.Replace("~", home.FullName, StringComparison.Ordinal))))
            {
                ["HOME"] = home.FullName,
                ["AWS_REGION"] = "eu-west-1",
            },
        });
        return new CallerProcess(sqs, home, process);
    }

    /// <summary>What the client told of its credentials so far: first or renewed, the provider, and the expiry if it is known.</summary>
    public IReadOnlyList<string> Told => [.. _process.Output.Where(static line => line.StartsWith("credentials: ", StringComparison.Ordinal)).Select(static line => line["credentials: ".Length..])];

    /// <summary>Everything the process printed.</summary>
    public string Printed => string.Join('\n', _process.Output.Concat(_process.Errors));

    /// <summary>Lets the process make a call and returns what it says about it: <c>ok</c>, or the error's kind and message.</summary>
    public async Task<string> CallAsync()
    {
        var prefix = $"{++_calls} ";
        await _process.WriteLineAsync("");
        var line = await _process.WaitForLineAsync(line => line.StartsWith(prefix, StringComparison.Ordinal), $"the outcome of call {_calls}", TimeSpan.FromSeconds(90));
        return line[prefix.Length..];
    }

    /// <summary>Lets the process make a call that succeeds and asserts that it was signed with these keys.</summary>
    public async Task SignsWithAsync(TestKeys keys)
    {
        Assert.Equal("ok", await CallAsync());
        Assert.Equal(keys.AccessKey, LastAccessKey());
        var request = _sqs.Requests[^1];
        Assert.Equal(keys.Token, request.Headers.GetValueOrDefault("X-Amz-Security-Token"));
        var time = DateTimeOffset.ParseExact(request.Headers["X-Amz-Date"], SigV4.TimestampFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        var expected = new SqsRequestSigner("eu-west-1").Sign(
            new ImmutableCredentials(keys.AccessKey, keys.SecretKey, keys.Token),
            time,
            request.Headers["Host"],
            Encoding.ASCII.GetBytes(request.Headers["X-Amz-Target"]),
            Encoding.UTF8.GetBytes(request.Body));
        Assert.Equal(expected.Authorization, request.Headers["Authorization"]);
    }

    /// <summary>The access key that the latest request was signed with.</summary>
    public string LastAccessKey() => _sqs.Requests[^1].Headers["Authorization"].Split("Credential=")[1].Split('/')[0];

    /// <summary>Writes a file of the process's home directory.</summary>
    public Task WriteFileAsync(string name, string content) => File.WriteAllTextAsync(Path.Combine(_home.FullName, name), content);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await _sqs.DisposeAsync();
        _home.Delete(recursive: true);
    }
}
