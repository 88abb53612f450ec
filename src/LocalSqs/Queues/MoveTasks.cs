using LocalSqs.Protocol;

namespace LocalSqs.Queues;

/// <summary>The message move tasks of one server, running and ended.</summary>
internal sealed class MoveTasks(QueueRegistry queues, QueueEnvironment environment) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<MoveTask> _tasks = [];

    /// <summary>Starts a task.</summary>
    /// <exception cref="SqsException">No such queue, none that dead letters come to, or a task of it runs already.</exception>
    public MoveTask Start(string sourceArn, string? destinationArn, int? perSecond)
    {
        var source = Demand(sourceArn);
        if (destinationArn is not null)
        {
            Demand(destinationArn);
        }

        if (!queues.All.Any(queue => queue.Settings.RedrivePolicy?.DeadLetterTargetArn == sourceArn))
        {
            throw new SqsException(SqsError.InvalidParameter("Source queue must be configured as a Dead Letter Queue."));
        }

        lock (_gate)
        {
            if (_tasks.Exists(task => task.SourceArn == sourceArn && task.IsRunning))
            {
                throw new SqsException(SqsError.InvalidParameter("There is already a task running. Only one active task is allowed for a source queue arn at a given time."));
            }

            var task = new MoveTask(source, destinationArn, perSecond, environment);
            _tasks.Add(task);
            return task;
        }
    }

    /// <summary>The tasks of a queue, newest first.</summary>
    public IReadOnlyList<MoveTask> Of(string sourceArn)
    {
        Demand(sourceArn);
        lock (_gate)
        {
            return [.. _tasks.Where(task => task.SourceArn == sourceArn).Reverse()];
        }
    }

    /// <summary>Stops a task that runs.</summary>
    /// <exception cref="SqsException">There is none with this handle.</exception>
    public MoveTask Cancel(string handle)
    {
        lock (_gate)
        {
            var task = _tasks.Find(task => task.Handle == handle && task.IsRunning) ?? throw new SqsException(SqsError.ResourceNotFound("Task does not exist."));
            task.Cancel();
            return task;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _tasks.ForEach(static task => task.Dispose());
        }
    }

    private SqsQueue Demand(string arn) =>
        environment.FindByArn(arn) ?? throw new SqsException(SqsError.ResourceNotFound("The resource that you specified for the SourceArn parameter doesn't exist."));
}
