namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>What <c>dlq --help</c> prints.</summary>
internal static class DeadLetterHelp
{
    /// <summary>Verbs, options, exit codes.</summary>
    public const string Text = """
        What lies in the dead-letter queue, why, and the way back.

        persistent-cache-service dlq list                    groups the messages by reason: why they cannot be read, or "applies now"
        persistent-cache-service dlq explain ID              where the reading of one message stopped: member and byte; no values
        persistent-cache-service dlq replay [ID ...]         moves messages back to the queue that gave them up
        persistent-cache-service dlq drop [ID ...]           deletes messages, after a question

        The queue is the one that the redrive policy of QUEUE_URL names, or that of --queue-url. An ID may be cut after six letters.

        All
          --queue-url URL      this dead-letter queue; QUEUE_URL is then needed no more: each message tells where it came from
          --queue NAME         that of this queue, when QUEUE_URL lists several
          --json               one JSON object in place of text; progress goes to standard error
        list, explain
          --limit N            look at so many messages at most (10000)
          --show-body          explain: print the body too
        replay, drop
          --only KIND          applies-now: what can be read now; malformed: what cannot
          --reason TEXT        those whose reason, as list shows it, has this in it
          --older-than AGE     those sent so long ago: 90s, 15m, 6h, 3d
        replay
          --rate N             so many messages a second at most (1 to 500)
          --by WAY             move: SQS moves all (StartMessageMoveTask); send: each is sent, then deleted; auto (default): move, unless a
                               filter is given, not all could be looked at, a message has no time of its own, or a move is not allowed
        drop
          --all                every message
          --yes                do not ask

        Exit codes
           0  done; nothing is there
           3  explain: no such message was seen
           4  replay, drop: some messages were meant and are still there
          64  wrong command line; drop: nobody said yes
          69  the queue cannot be had at the moment
          75  stopped before the end; run it again to go on
          78  wrong configuration, or a right is missing

        """;
}
