using Amazon.SQS;

namespace PersistentCacheService.Sqs.Tests;

/// <summary>
/// The credential chain reads the environment of its process, so its tests start this assembly again, as a program that makes one call to SQS for
/// every line of its input and prints the line's number and the outcome; new credentials are told of before.
/// </summary>
internal static class Program
{
    /// <param name="arguments">Service URL and queue URL.</param>
    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [var serviceUrl, var queueUrl])
        {
            await Console.Error.WriteLineAsync("usage: <service URL> <queue URL>; one call for every line of input");
            return 64;
        }

        using var client = new AmazonSQSClient(new AmazonSQSConfig { ServiceURL = serviceUrl, AuthenticationRegion = "eu-west-1", Timeout = TimeSpan.FromSeconds(60) });
        client.CredentialsRenewed += (_, credentials) =>
            Console.WriteLine($"credentials: {(credentials.IsFirst ? "first" : "renewed")} {credentials.Provider} {credentials.Expiration:yyyy-MM-dd'T'HH:mm:ss'Z'}");
        for (var number = 1; await Console.In.ReadLineAsync() is not null; number++)
        {
            string outcome;
            try
            {
                await client.GetQueueAttributesAsync(new() { QueueUrl = queueUrl });
                outcome = "ok";
            }
            catch (AmazonSQSException error)
            {
                outcome = $"{error.Kind}: {error.Message.ReplaceLineEndings(" ")}";
            }

            Console.WriteLine($"{number} {outcome}");
        }

        return 0;
    }
}
