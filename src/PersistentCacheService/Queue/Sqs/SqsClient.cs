using Amazon;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.SQS;
using Amazon.SQS.Internal;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Queue.Sqs;

/// <summary>Makes the official client for one queue: a fixed endpoint, given credentials, no retries of its own, and a pipeline that suits a consumer.</summary>
internal static class SqsClient
{
    // Of the request as it was signed.
    private const string SessionToken = "X-Amz-Security-Token";

    static SqsClient()
    {
        RuntimePipelineCustomizerRegistry.Instance.Register(new ConsumerPipeline());

        // For the clients, too, that the credential chain makes by itself.
        AWSConfigs.HttpClientFactory = new SqsHttp();
    }

    /// <summary>A client for the queue's endpoint: <see cref="QueueSettings.ServiceUrl"/>, else the origin of its URL.</summary>
    /// <param name="settings">Which queue.</param>
    /// <param name="credentials">Its credentials; <see cref="RememberedCredentials"/> are renewed when SQS calls them expired.</param>
    public static IAmazonSQS Create(QueueSettings settings, AWSCredentials credentials)
    {
        var options = new AWSOptions { Credentials = credentials };
        var client = options.DefaultClientConfig;
        client.ServiceURL = (settings.ServiceUrl ?? settings.Url).GetLeftPart(UriPartial.Authority);
        client.AuthenticationRegion = settings.Region;
        client.IgnoreConfiguredEndpointUrls = true;

        // The worker retries itself, where its logs and metrics see it. The client still replaces a stale connection at once.
        client.MaxErrorRetry = 0;

        // It would log answers, and these hold message bodies.
        client.DisableLogging = true;
        var sqs = options.CreateServiceClient<IAmazonSQS>();
        if (credentials is RememberedCredentials remembered && sqs is AmazonServiceClient calls)
        {
            calls.ExceptionEvent += (_, arguments) =>
            {
                if (arguments is WebServiceExceptionEventArgs { Exception: var exception, Headers: var headers } && exception.GetSqsErrorKind() == SqsErrorKind.ExpiredCredentials)
                {
                    remembered.Forget(headers.TryGetValue(SessionToken, out var token) ? token : "");
                }
            };
        }

        return sqs;
    }

    private sealed class ConsumerPipeline : IRuntimePipelineCustomizer
    {
        public string UniqueName => nameof(ConsumerPipeline);

        public void Customize(Type type, RuntimePipeline pipeline)
        {
            if (type == typeof(AmazonSQSClient))
            {
                // It computes the MD5 of every body, a tenth of the worker's processor time. TLS protects the way already.
                pipeline.RemoveHandler<ValidationResponseHandler>();
                pipeline.AddHandler(new Utf8ReceiveHandler());

                // It evaluates the rules of AWS's endpoints for each call, and they end at the URL that the client was given.
                pipeline.ReplaceHandler<AmazonSQSEndpointResolver>(new FixedEndpoint());

                // They do nothing for this client; 2 % of the processor time with BATCH_SIZE=1.
                pipeline.RemoveHandler<MetricsHandler>();
                pipeline.RemoveHandler<CallbackHandler>();
                pipeline.RemoveHandler<CompressionHandler>();
                pipeline.RemoveHandler<EndpointDiscoveryHandler>();
            }
        }
    }

    private sealed class FixedEndpoint : PipelineHandler
    {
        private Uri? _endpoint;

        public override Task<T> InvokeAsync<T>(IExecutionContext executionContext)
        {
            var context = executionContext.RequestContext;
            context.Request.Endpoint = _endpoint ??= new Uri(context.ClientConfig.ServiceURL);
            return base.InvokeAsync<T>(executionContext);
        }
    }
}
