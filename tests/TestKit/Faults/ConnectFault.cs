namespace TestKit.Faults;

/// <summary>What happens to a new connection.</summary>
public enum ConnectFault
{
    /// <summary>It is connected to the target.</summary>
    None,

    /// <summary>ECONNREFUSED: nobody listens, the port stays reserved.</summary>
    Refuse,

    /// <summary>Accepted, then silence: nothing is read or sent until the plan changes.</summary>
    Hang,

    /// <summary>Accepted and reset at once.</summary>
    Reset,
}
