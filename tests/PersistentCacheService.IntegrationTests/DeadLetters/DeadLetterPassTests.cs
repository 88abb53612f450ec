using System.Runtime.CompilerServices;
using PersistentCacheService.Commands.DeadLetters;

namespace PersistentCacheService.IntegrationTests.DeadLetters;

/// <summary>A pass over the queue.</summary>
public sealed class DeadLetterPassTests
{
    [Fact]
    public async Task A_pass_keeps_no_message_that_it_has_shown_and_gives_all_back()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync(Enumerable.Range(0, 25).Select(static i => $"not JSON {i}"));
        using var queue = world.Open();
        await using (var pass = new DeadLetterPass(queue, DeadLetterPass.Working, int.MaxValue))
        {
            var shown = await ReadAsync(pass);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();

            Assert.Equal((25, 0), (shown.Count, world.Dead.Counts.Ready));
            Assert.DoesNotContain(shown, static letter => letter.IsAlive);
        }

        Assert.Equal(25, world.Dead.Counts.Ready);
    }

    // Apart, so that no local of the test holds one.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<List<WeakReference>> ReadAsync(DeadLetterPass pass)
    {
        var shown = new List<WeakReference>();
        await foreach (var letters in pass.ReadAsync(CancellationToken.None))
        {
            shown.AddRange(letters.Select(static letter => new WeakReference(letter)));
        }

        return shown;
    }
}
