using System.Buffers;

namespace LocalSqs.Generation;

/// <summary>All that a generated message is made of.</summary>
/// <param name="IsUsage">Usage update, else entitlements update.</param>
/// <param name="Customer">Number of the customer.</param>
/// <param name="RandomState">State of the random source before the message's own numbers.</param>
/// <param name="Time">Its time in ms since the Unix epoch.</param>
internal readonly record struct GeneratedMessage(bool IsUsage, int Customer, uint RandomState, long Time)
{
    /// <summary>Writes it.</summary>
    /// <returns>State of the random source after it.</returns>
    public uint Write(MessageTemplates templates, IBufferWriter<byte> output)
    {
        var random = new Mulberry32(RandomState);
        if (IsUsage)
        {
            templates.WriteUsage(output, Customer, ref random, Time);
        }
        else
        {
            templates.WriteEntitlements(output, Customer, ref random, Time);
        }

        return random.State;
    }
}
