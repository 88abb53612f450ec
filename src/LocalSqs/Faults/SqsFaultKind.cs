namespace LocalSqs.Faults;

/// <summary>Ways in which a call can be made to fail.</summary>
public enum SqsFaultKind
{
    /// <summary>400 RequestThrottled; not executed.</summary>
    Throttle,

    /// <summary>500 InternalFailure; not executed.</summary>
    InternalError,

    /// <summary>503; not executed.</summary>
    ServiceUnavailable,

    /// <summary>403 ExpiredTokenException; not executed.</summary>
    ExpiredCredentials,

    /// <summary>403 InvalidSignatureException, as after signing with a wrong secret; not executed.</summary>
    WrongSignature,

    /// <summary>403 AccessDeniedException; not executed.</summary>
    AccessDenied,

    /// <summary>400 OverLimit, as with 120,000 messages in flight; not executed.</summary>
    OverLimit,

    /// <summary>The call is taken and never answered; not executed.</summary>
    Hang,

    /// <summary>Executed; the answer stops in the middle and the connection stays open.</summary>
    HangMidBody,

    /// <summary>The connection is reset (RST); not executed.</summary>
    Reset,

    /// <summary>Executed, then the connection is reset: the answer is lost.</summary>
    ResetAfterExecution,

    /// <summary>Executed; 200 with a body that is not JSON.</summary>
    GarbageBody,

    /// <summary>Executed; 200 without a body.</summary>
    EmptyBody,

    /// <summary>Entries of a batch fail with SenderFault false (InternalError): a retry helps.</summary>
    EntryFailsOnServer,

    /// <summary>Entries of a batch fail with SenderFault true (ReceiptHandleIsInvalid): a retry does not help.</summary>
    EntryFailsOnSender,
}
