using TestKit;

namespace Deployment.Tests.Documented;

/// <summary>The commands of the documentation that render something, run as they are printed (installing becomes rendering).</summary>
public sealed class RenderingCommandsTests
{
    public static TheoryData<string, string, string> Commands()
    {
        var commands = new TheoryData<string, string, string>();
        foreach (var command in DocumentedCommand.All.Where(IsRendering))
        {
            commands.Add(command.Page, command.Text, command.Values);
        }

        return commands;
    }

    [SkippableTheory]
    [MemberData(nameof(Commands))]
    public async Task A_documented_command_renders(string page, string command, string values)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("documented-").FullName, "my-values.yaml");
        try
        {
            // A page about operations shows no values: it goes on from the installation.
            await File.WriteAllTextAsync(file, values.Length > 0 ? values : await File.ReadAllTextAsync(Helm.Chart.Values("minimal")));
            var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList();
            var tool = words[0] == "helm" ? Tool.Helm : Tool.Kustomize;
            var arguments = words.Skip(2).Where(word => word is not ("--install" or "--create-namespace"))
                .Select(word => word == "my-values.yaml" ? file : word.StartsWith("helm/", StringComparison.Ordinal) || word.StartsWith("kustomize/", StringComparison.Ordinal) ? RepositoryRoot.File(word) : word)
                .ToList();
            if (words[0] == "helm")
            {
                arguments.Insert(0, words[1] == "lint" ? "lint" : "template");
            }

            var (exitCode, output, errors) = await tool.RunAsync(arguments);

            Assert.True(exitCode == 0, $"{page}: {command}\n{errors}\n{output}");
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    private static bool IsRendering(DocumentedCommand command) =>
        (command.Words[0] == "helm" && command.Words.Count > 2) || command.Text.StartsWith("kubectl kustomize ", StringComparison.Ordinal);
}
