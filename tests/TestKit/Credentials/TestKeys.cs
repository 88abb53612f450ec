namespace TestKit.Credentials;

/// <summary>A key pair with or without a session token.</summary>
public sealed record TestKeys(string AccessKey, string SecretKey, string? Token)
{
    /// <summary>The keys that a credential server hands out for the n-th time.</summary>
    public static TestKeys Number(int number) => new($"AKID{number}", $"secret/{number}", $"token/{number}==");
}
