using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.SQS.Model;
using Microsoft.AspNetCore.Http;
using PersistentCacheService.Queue.Sqs;
using PersistentCacheService.Settings;
using TestKit;

namespace PersistentCacheService.Tests.Queue.Sqs;

public sealed class SqsDeadlineTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task A_call_that_ignores_its_token_ends_at_the_deadline()
    {
        var call = SqsDeadline.CallAsync((string _, CancellationToken _) => new TaskCompletionSource<string>().Task, "", Limit, _time, CancellationToken.None);
        _time.Advance(Limit);
        var error = await Assert.ThrowsAsync<TimeoutException>(() => call);
        Assert.Equal((SqsErrorKind.Timeout, "no complete answer within 10 s"), (error.GetSqsErrorKind(), error.GetSqsCause()));
    }

    [Fact]
    public async Task An_answer_that_hangs_half_way_ends_at_the_deadline_and_the_next_call_works()
    {
        await using var server = await ScriptedSqs.StartAsync(
            static async context =>
            {
                context.Response.ContentLength = 100;
                await context.Response.WriteAsync("{\"Messages\":[");
                await ScriptedSqs.Hang(context);
            },
            ScriptedSqs.Json("{}"));
        var settings = new QueueSettings { Region = "us-east-1", Url = new Uri(server.QueueUrl), BatchSize = 1, Consumers = 1, MaxInFlight = 1, WaitTime = TimeSpan.Zero };
        using var client = SqsClient.Create(settings, new BasicAWSCredentials("key", "secret"));
        var request = new ReceiveMessageRequest { QueueUrl = server.QueueUrl };
        var call = SqsDeadline.CallAsync(client.ReceiveMessageAsync, request, Limit, _time, CancellationToken.None);
        await Eventually.HoldsAsync(() => server.Requests.Count == 1, "the request has arrived");
        _time.Advance(Limit);
        Assert.Equal(SqsErrorKind.Timeout, (await Assert.ThrowsAsync<TimeoutException>(() => call)).GetSqsErrorKind());

        await SqsDeadline.CallAsync(client.ReceiveMessageAsync, request, Limit, _time, CancellationToken.None);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_call_that_fails_after_its_deadline_is_not_told_as_a_failure_that_nothing_saw()
    {
        var unseen = 0;
        void Count(object? sender, UnobservedTaskExceptionEventArgs arguments) =>
            Interlocked.Add(ref unseen, arguments.Exception.Flatten().InnerExceptions.Any(static inner => inner is NotSupportedException { Message: "after the deadline" }) ? 1 : 0);

        TaskScheduler.UnobservedTaskException += Count;
        try
        {
            await FailLateAsync();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Assert.Equal(0, unseen);
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Count;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        async Task FailLateAsync()
        {
            var late = new TaskCompletionSource<string>();
            var call = SqsDeadline.CallAsync((string _, CancellationToken _) => late.Task, "", Limit, _time, CancellationToken.None);
            _time.Advance(Limit);
            await Assert.ThrowsAsync<TimeoutException>(() => call);
            late.SetException(new NotSupportedException("after the deadline"));
        }
    }

    [Fact]
    public async Task A_caller_that_cancels_gets_a_cancellation_and_not_a_timeout()
    {
        using var stop = new CancellationTokenSource();
        var call = SqsDeadline.CallAsync((string _, CancellationToken token) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token).ContinueWith(static _ => "", TaskScheduler.Default), "", Limit, _time, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(0, _time.WaitingTimers);
    }
}
