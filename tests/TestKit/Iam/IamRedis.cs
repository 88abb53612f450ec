using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TestKit.Credentials;
using TestKit.ScriptedRedisServer;

namespace TestKit.Iam;

/// <summary>
/// A redis-server as ElastiCache shows it to an IAM user: over TLS, and its ACL accepts no password but the token that was last found right. A gate before
/// the server reads each AUTH, checks the token, and sets the ACL before the command goes on.
/// </summary>
public sealed class IamRedis : IAsyncDisposable
{
    private readonly RedisServer _server;
    private readonly TestCertificates _authority = TestCertificates.Create();
    private readonly X509Certificate2 _certificate;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<string> _tokens = [];
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly IamTokenCheck _check;
    private readonly TestKeys _keys;
    private readonly TimeProvider _time;
    private readonly Task _accepting;

    private IamRedis(RedisServer server, IamTokenCheck check, TestKeys keys, TimeProvider time)
    {
        (_server, _check, _keys, _time) = (server, check, keys, time);
        var certificate = _authority.Valid();
        _certificate = X509Certificate2.CreateFromPemFile(certificate.CertificateFile, certificate.KeyFile);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens, by address.</summary>
    public string Host => "127.0.0.1";

    /// <summary>The port with TLS.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>PEM file of the authority to trust.</summary>
    public string AuthorityFile => _authority.AuthorityFile;

    /// <summary>The server behind, which its <c>default</c> user may do everything with.</summary>
    public RedisServer Server => _server;

    /// <summary>Every token that came, in order, right or wrong.</summary>
    public IReadOnlyList<string> Tokens => [.. _tokens];

    /// <summary>Whether the policy denies the user.</summary>
    public bool IsDenied { get; set; }

    /// <summary>Starts a server and its gate.</summary>
    /// <param name="check">What tokens must be for.</param>
    /// <param name="keys">Whose signature they must have.</param>
    /// <param name="time">The time at AWS; null: the system's.</param>
    public static async Task<IamRedis> StartAsync(IamTokenCheck check, TestKeys keys, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(check);
        ArgumentNullException.ThrowIfNull(keys);
        return new IamRedis(await RedisServer.StartAsync("--user", check.User, "on", "~*", "&*", "+@all"), check, keys, time ?? TimeProvider.System);
    }

    /// <summary>Ends all connections.</summary>
    public void DropConnections()
    {
        while (_clients.TryTake(out var client))
        {
            client.Dispose();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        DropConnections();
        _certificate.Dispose();
        _authority.Dispose();
        _stopping.Dispose();
        await _server.DisposeAsync();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            _clients.Add(client);
            try
            {
                await using var near = new SslStream(client.GetStream());
                await near.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stopping.Token);
                using var origin = new TcpClient();
                await origin.ConnectAsync(_server.Host, _server.Port, _stopping.Token);
                await using var far = origin.GetStream();
                await Task.WhenAny(ForwardAsync(near, far), far.CopyToAsync(near, _stopping.Token));
            }
            catch (Exception exception) when (exception is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException or InvalidDataException)
            {
                // One of the two has gone.
            }
        }
    }

    private async Task ForwardAsync(Stream near, Stream far)
    {
        var reader = new RequestReader(near);
        while (await reader.ReadAsync(_stopping.Token) is { } words)
        {
            if (Encoding.ASCII.GetString(words[0]).Equals("AUTH", StringComparison.OrdinalIgnoreCase))
            {
                await AdmitAsync(Encoding.UTF8.GetString(words[^1]));
            }

            await far.WriteAsync(Encode(words), _stopping.Token);
        }
    }

    private async Task AdmitAsync(string token)
    {
        _tokens.Enqueue(token);
        var isRight = !IsDenied && _check.Problem(token, _keys, _time.GetUtcNow()) is null;
        await _server.CliAsync(["ACL", "SETUSER", _check.User, "resetpass", .. isRight ? [$">{token}"] : Array.Empty<string>()]);
    }

    private static byte[] Encode(byte[][] words)
    {
        using var request = new MemoryStream();
        request.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"*{words.Length}\r\n")));
        foreach (var word in words)
        {
            request.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${word.Length}\r\n")));
            request.Write(word);
            request.Write("\r\n"u8);
        }

        return request.ToArray();
    }
}
