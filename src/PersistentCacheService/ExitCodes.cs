namespace PersistentCacheService;

/// <summary>What the process ends with.</summary>
internal static class ExitCodes
{
    /// <summary>It was asked to stop and did.</summary>
    public const int Stopped = 0;

    /// <summary>It could not go on.</summary>
    public const int Crashed = 1;

    /// <summary>The configuration is wrong (EX_CONFIG of sysexits.h): starting again cannot help.</summary>
    public const int WrongConfiguration = 78;
}
