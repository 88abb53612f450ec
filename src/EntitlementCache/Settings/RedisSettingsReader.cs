using Shared = EntitlementCache.Settings.SharedVariables;

namespace EntitlementCache.Settings;

/// <summary>Reads how Redis is reached; what is wrong is gathered by the reader.</summary>
internal static class RedisSettingsReader
{
    /// <summary>Port of Sentinel where the settings name none.</summary>
    private const int SentinelPort = 26_379;

    // Usual are 3 or 5; each is asked at every connect.
    private const int MostSentinels = 9;

    // Only where REDIS_IAM_REGION is not set; the worker has it for its queue, too.
    private static readonly SettingVariable AwsRegion = new("AWS_REGION", SettingKind.Text, "AWS region.");

    /// <summary>Reads everything; worker and Sidecar wait for a command differently long. Rules that span variables are left to those that could be read.</summary>
    public static RedisSettings Read(EnvironmentReader reader, SettingVariable commandTimeout)
    {
        var before = reader.Problems.Count;
        var (certificate, key) = (reader.ExistingFile(Shared.RedisTlsCertFile), reader.ExistingFile(Shared.RedisTlsKeyFile));
        var areFilesGiven = reader.Problems.Count == before;
        var settings = new RedisSettings
        {
            Host = reader.Host(Shared.RedisHost)!,
            Port = reader.Number(Shared.RedisPort),
            Database = reader.Number(Shared.RedisDb),
            Username = reader.Text(Shared.RedisUsername),
            Password = reader.Secret(Shared.RedisPassword),
            PasswordFile = reader.ExistingFile(Shared.RedisPasswordFile),
            Tls = reader.Flag(Shared.RedisTls),
            TlsCaFile = reader.ExistingFile(Shared.RedisTlsCaFile),
            TlsCertFile = certificate,
            TlsKeyFile = key,
            ConnectTimeout = reader.Milliseconds(Shared.RedisConnectTimeout),
            CommandTimeout = reader.Milliseconds(commandTimeout),
            Sentinel = Sentinel(reader),
        };
        if (areFilesGiven)
        {
            CheckCertificate(reader, settings);
        }

        CheckTls(reader, settings);
        before = reader.Problems.Count;
        var isIam = reader.Choice(Shared.RedisAuth) == "iam";
        var names = (reader.Choice(Shared.RedisIamService), reader.Text(Shared.RedisIamCluster), reader.Text(Shared.RedisIamRegion));
        if (reader.Problems.Count > before)
        {
            return settings;
        }

        CheckPassword(reader, settings, isIam);
        return settings with { Iam = Iam(reader, settings, isIam, names) };
    }

    private static void CheckPassword(EnvironmentReader reader, RedisSettings settings, bool isIam)
    {
        if (settings is { Password: not null, PasswordFile: not null })
        {
            reader.Report($"{Shared.RedisPassword.Name} and {Shared.RedisPasswordFile.Name} are both set; set one.");
        }

        if (!isIam && settings is { Username: not null, Password: null, PasswordFile: null })
        {
            reader.Report($"{Shared.RedisUsername.Name} is set without a password; set {Shared.RedisPassword.Name} or {Shared.RedisPasswordFile.Name} too.");
        }
    }

    private static void CheckTls(EnvironmentReader reader, RedisSettings settings)
    {
        var tls = Shared.RedisTls.Name;
        if (settings is { TlsCaFile: not null, Tls: false })
        {
            reader.Report($"{Shared.RedisTlsCaFile.Name} is set but {tls} is off; set {tls}=1 or remove the file.");
        }
    }

    private static void CheckCertificate(EnvironmentReader reader, RedisSettings settings)
    {
        var tls = Shared.RedisTls.Name;
        if (settings.TlsCertFile is null != settings.TlsKeyFile is null)
        {
            reader.Report($"{Shared.RedisTlsCertFile.Name} and {Shared.RedisTlsKeyFile.Name} belong together; set both or none.");
        }
        else if (settings is { TlsCertFile: not null, Tls: false })
        {
            reader.Report($"{Shared.RedisTlsCertFile.Name} is set but {tls} is off; set {tls}=1 or remove the certificate.");
        }
    }

    private static RedisIamSettings? Iam(EnvironmentReader reader, RedisSettings settings, bool isIam, (string Service, string? Cluster, string? Region) names)
    {
        var (service, cluster, ownRegion) = names;
        if (!isIam)
        {
            if (cluster is not null)
            {
                reader.Report($"{Shared.RedisIamCluster.Name} is set but {Shared.RedisAuth.Name} is not iam; set {Shared.RedisAuth.Name}=iam or remove the name.");
            }

            return null;
        }

        Demand(settings.Tls, $"{Shared.RedisTls.Name} is off; AWS takes IAM tokens over TLS only: set {Shared.RedisTls.Name}=1.");
        Demand(settings.Username is not null, $"{Shared.RedisUsername.Name} is not set; set it to the id of the ElastiCache or MemoryDB user, which is also its name.");
        Demand(cluster is not null, $"{Shared.RedisIamCluster.Name} is not set; set it to the name of the replication group, serverless cache or cluster.");
        Demand(settings is { Password: null, PasswordFile: null }, $"a password is set, too; the tokens take its place: remove {Shared.RedisPassword.Name} and {Shared.RedisPasswordFile.Name}.");
        var region = ownRegion ?? reader.Text(AwsRegion);
        Demand(region is not null, $"neither {Shared.RedisIamRegion.Name} nor {AwsRegion.Name} is set.");
        if (cluster is not null && !cluster.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            reader.Report($"{Shared.RedisIamCluster.Name} is no name of a cluster: letters, digits and '-' make one; the endpoint's host name belongs into {Shared.RedisHost.Name}.");
        }

        if (ownRegion?.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') == false)
        {
            reader.Report($"{Shared.RedisIamRegion.Name} is not an AWS region; allowed is one such as us-east-1.");
        }

#pragma warning disable CA1308 // AWS keeps the names in lower case, and signs them so.
        return cluster is null || region is null
            ? null
            : new RedisIamSettings(service == "memorydb" ? service : "elasticache", service == "elasticache-serverless", cluster.ToLowerInvariant(), region);
#pragma warning restore CA1308

        void Demand(bool isGiven, string problem)
        {
            if (!isGiven)
            {
                reader.Report($"{Shared.RedisAuth.Name} is iam but {problem}");
            }
        }
    }

    private static SentinelSettings? Sentinel(EnvironmentReader reader)
    {
        var before = reader.Problems.Count;
        var list = reader.Text(Shared.RedisSentinels);
        var master = reader.Text(Shared.RedisSentinelMaster);
        var username = reader.Text(Shared.RedisSentinelUsername);
        var password = reader.Secret(Shared.RedisSentinelPassword);
        var passwordFile = reader.ExistingFile(Shared.RedisSentinelPasswordFile);
        if (reader.Problems.Count > before)
        {
            return null;
        }

        if (list is null)
        {
            if (master is not null)
            {
                reader.Report($"{Shared.RedisSentinelMaster.Name} is set without {Shared.RedisSentinels.Name}; set it too, or remove the name.");
            }

            return null;
        }

        if (master is null)
        {
            reader.Report($"{Shared.RedisSentinels.Name} is set without {Shared.RedisSentinelMaster.Name}; set it to the sentinels' name for the primary, such as mymaster.");
        }

        if (password is not null && passwordFile is not null)
        {
            reader.Report($"{Shared.RedisSentinelPassword.Name} and {Shared.RedisSentinelPasswordFile.Name} are both set; set one.");
        }

        if (username is not null && password is null && passwordFile is null)
        {
            reader.Report($"{Shared.RedisSentinelUsername.Name} is set without a password; set {Shared.RedisSentinelPassword.Name} or {Shared.RedisSentinelPasswordFile.Name} too.");
        }

        var sentinels = Addresses(reader, list);
        return sentinels is null || master is null ? null : new SentinelSettings(sentinels, master) { Username = username, Password = password, PasswordFile = passwordFile };
    }

    /// <summary>What is wrong is never shown: a URL can hold a password.</summary>
    private static List<HostAndPort>? Addresses(EnvironmentReader reader, string list)
    {
        var addresses = new List<HostAndPort>();
        foreach (var part in list.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!HostAndPort.TryRead(part, SentinelPort, out var address))
            {
                reader.Report($"{Shared.RedisSentinels.Name} is not a list of host:port with commas between, such as sentinel-0:26379,sentinel-1:26379.");
                return null;
            }

            addresses.Add(address);
        }

        if (addresses.Distinct().Count() == addresses.Count && addresses.Count <= MostSentinels)
        {
            return addresses;
        }

        reader.Report($"{Shared.RedisSentinels.Name} names a sentinel twice, or more than {MostSentinels}.");
        return null;
    }
}
