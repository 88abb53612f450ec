namespace TestKit.Messages;

/// <summary>What a standard queue may do to a stream of messages.</summary>
public static class Delivery
{
    /// <summary>The messages in a random order, a share of them twice. The same seed gives the same order.</summary>
    /// <param name="messages">The messages sent.</param>
    /// <param name="seed">Seed of the order.</param>
    /// <param name="duplicates">Share of messages delivered twice, 0..1.</param>
    public static IReadOnlyList<T> Shuffle<T>(IEnumerable<T> messages, int seed, double duplicates = 0)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var random = new Random(seed);
        var delivered = new List<T>();
        foreach (var message in messages)
        {
            delivered.Add(message);
            if (random.NextDouble() < duplicates)
            {
                delivered.Add(message);
            }
        }

        var order = delivered.ToArray();
        random.Shuffle(order);
        return order;
    }
}
