using ImageProfile;

if (args.Length < 3)
{
    await Console.Error.WriteLineAsync("usage: image-profile ASSEMBLIES OUTPUT LISTS...   (started by eng/profile.sh, which tells what each is)");
    return 64;
}

// What only one or two of some two hundred processes used is left to the compiler at run time: a fifth of the methods, 1 MB of memory.
const int LeastProcesses = 3;
using var assemblies = AssemblyCatalogue.Load(args[0]);
var profile = new ProfileWriter(assemblies);
var methods = args.Skip(2)
    .SelectMany(static list => File.ReadLines(list).Select(PrintedMethod.Parse).OfType<PrintedMethod>().DistinctBy(static method => method.Text))
    .GroupBy(static method => method.Text, StringComparer.Ordinal)
    .Where(static processes => processes.Count() >= LeastProcesses)
    .OrderBy(static processes => processes.Key, StringComparer.Ordinal) // So that the same methods give the same file.
    .Select(static processes => processes.First());
var (found, lost) = (0, 0);
foreach (var method in methods)
{
    if (profile.Add(method))
    {
        found++;
    }
    else
    {
        lost++;
        Console.WriteLine($"not found: {method.Text}");
    }
}

if (found == 0)
{
    await Console.Error.WriteLineAsync($"No method of the lists is in {args[0]}: {args[1]} stays as it is. Did the tests start the worker at all?");
    return 1;
}

await using (var output = File.Create(args[1]))
{
    profile.WriteTo(output);
}

Console.WriteLine($"{found} methods in {args[1]}, {lost} not found in {args[0]}");
return 0;
