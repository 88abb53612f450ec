using FsCheck;
using FsCheck.Fluent;
using LocalSqs.Queues;

namespace LocalSqs.Tests.Queues;

public sealed class ReceiptHandleTests
{
    [Fact]
    public void What_is_written_is_read() => Prop.ForAll<(uint Queue, uint Instance, long Sequence, int Receive)>(static given =>
    {
        var handle = new ReceiptHandle(given.Queue, given.Instance, given.Sequence, given.Receive);
        return ReceiptHandle.TryParse(handle.ToString(), out var read) && read == handle;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_handle_with_any_character_changed_is_invalid()
    {
        var written = new ReceiptHandle(1, 2, 3, 4).ToString();
        for (var i = 0; i < written.Length; i++)
        {
            var changed = written.ToCharArray();
            changed[i] = changed[i] == 'x' ? 'y' : 'x';
            Assert.False(ReceiptHandle.TryParse(new string(changed), out _), $"changed at {i}");
        }
    }

    [Fact]
    public void A_handle_cut_anywhere_is_invalid()
    {
        var written = new ReceiptHandle(1, 2, 3, 4).ToString();
        for (var length = 0; length < written.Length; length++)
        {
            Assert.False(ReceiptHandle.TryParse(written[..length], out _), $"cut at {length}");
        }
    }
}
