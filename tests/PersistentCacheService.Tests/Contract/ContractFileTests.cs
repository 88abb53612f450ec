namespace PersistentCacheService.Tests.Contract;

public sealed class ContractFileTests
{
    [SkippableTheory]
    [InlineData(ContractFile.Vectors)]
    [InlineData(ContractFile.DecodeVectors)]
    [InlineData(ContractFile.Events)]
    public void Copy_of_the_vectors_equals_the_law(string name)
    {
        var law = Path.Combine(ContractFile.LawDirectory, name);
        Skip.IfNot(File.Exists(law), "the contract's own directory is not beside this repository; the copy is what counts");

        Assert.Equal(File.ReadAllText(law), ContractFile.ReadText(name));
    }
}
