namespace PersistentCacheService.Sqs.Tests.Emulators;

/// <summary>The key pair that emulators which verify signatures are given.</summary>
internal static class EmulatorCredentials
{
    public const string AccessKey = "AKIDEMULATOR";
    public const string SecretKey = "emulator/secret+key";
}
