namespace TestKit.Credentials;

/// <summary>What STS answers when it gives no keys: its code, its text and the HTTP status.</summary>
public sealed record StsRefusal(string Code, string Message, int Status = 400);
