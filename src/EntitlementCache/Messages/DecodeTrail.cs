namespace EntitlementCache.Messages;

/// <summary>One envelope that was opened.</summary>
/// <param name="Member">The member that holds what is inside; with dots when it is deeper.</param>
/// <param name="IsText">Whether it is JSON in a string.</param>
internal readonly record struct EnvelopeStep(string Member, bool IsText);

/// <summary>The way through a message's envelopes, for who explains where decoding stopped. The worker keeps none.</summary>
internal sealed class DecodeTrail
{
    private readonly List<EnvelopeStep> _steps = [];

    /// <summary>The envelopes, outermost first.</summary>
    public IReadOnlyList<EnvelopeStep> Steps => _steps;

    /// <summary>An envelope is opened; what is inside need not be readable.</summary>
    public void Enter(string member, bool isText = false) => _steps.Add(new EnvelopeStep(member, isText));
}
