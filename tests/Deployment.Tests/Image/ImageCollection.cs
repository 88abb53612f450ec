namespace Deployment.Tests.Image;

/// <summary>The tests that share one image and the Docker daemon it was built by.</summary>
[CollectionDefinition(Name)]
public sealed class ImageCollection : ICollectionFixture<ImageFixture>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "image";
}
