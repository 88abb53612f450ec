using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using EntitlementCache.Messages;

namespace PersistentCacheService.Commands;

/// <summary>The kinds of words that commands take. No message about a wrong one repeats its value: a URL can hold a password.</summary>
internal static class Words
{
    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => Flag("--json", "Print JSON; progress goes to standard error.");

    /// <summary>An option without a value.</summary>
    public static Option<bool> Flag(string name, string description) => new(name) { Description = description, Arity = ArgumentArity.Zero };

    /// <summary>An option with a value.</summary>
    /// <param name="name">The option.</param>
    /// <param name="value">What the value is called in the help.</param>
    /// <param name="description">What it does.</param>
    /// <param name="allowed">What the value may be, as the end of a sentence.</param>
    /// <param name="parse">Makes something of it; null: it is wrong.</param>
    public static Option<T?> Value<T>(string name, string value, string description, string allowed, Func<string, T?> parse) => new(name)
    {
        Description = description,
        HelpName = value,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            var parsed = parse(result.Tokens[0].Value);
            if (parsed is null)
            {
                result.AddError($"{name} takes {allowed}.");
            }

            return parsed;
        },
    };

    /// <summary>An option with a text, not an empty one.</summary>
    /// <inheritdoc cref="Value"/>
    public static Option<string?> Text(string name, string value, string description, string allowed) =>
        Value(name, value, description, allowed, static text => text.Length > 0 ? text : null);

    /// <summary>An option with a whole number from 1.</summary>
    /// <inheritdoc cref="Value"/>
    /// <param name="name">The option.</param>
    /// <param name="most">The largest number.</param>
    /// <param name="description">What it does.</param>
    public static Option<int?> Number(string name, int most, string description) => Value<int?>(
        name, "N", description, $"a whole number from 1 to {most}", text =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number : null);

    /// <summary>A word without a dash before it.</summary>
    /// <param name="name">What it is called in the help.</param>
    /// <param name="arity">How many of them.</param>
    /// <param name="description">What it is.</param>
    public static Argument<T> Plain<T>(string name, ArgumentArity arity, string description)
    {
        var argument = new Argument<T>(name) { Description = description, Arity = arity };

        // An option that nothing knows would else be taken for such a word.
        argument.Validators.Add(static result =>
        {
            if (result.Tokens.FirstOrDefault(static token => token.Value is ['-', _, ..]) is { } option)
            {
                result.AddError(NoOption(option.Value));
            }
        });
        return argument;
    }

    /// <summary>The id of a customer or resource.</summary>
    /// <inheritdoc cref="Plain"/>
    public static Argument<string?> Id(string name, ArgumentArity arity, string description)
    {
        var argument = Plain<string?>(name, arity, description);
        argument.Validators.Add(static result =>
        {
            if (result.Tokens.FirstOrDefault(static token => !IdRules.IsValid(Encoding.UTF8.GetBytes(token.Value))) is { } wrong)
            {
                result.AddError($"'{wrong.Value}' can be no id: no key is ever made of it.");
            }
        });
        return argument;
    }

    /// <summary>Demands something of the command line as a whole.</summary>
    /// <param name="command">The command.</param>
    /// <param name="findProblem">What is wrong; null: nothing.</param>
    public static void Demand(Command command, Func<CommandResult, string?> findProblem) => command.Validators.Add(result =>
    {
        if (findProblem(result) is { } problem)
        {
            result.AddError(problem);
        }
    });

    /// <summary>Whether the command line has it.</summary>
    public static bool Has(this CommandResult line, Symbol symbol) => symbol switch
    {
        Option option => line.GetResult(option) is { Implicit: false },
        Argument argument => line.GetResult(argument) is { Tokens.Count: > 0 },
        _ => false,
    };

    /// <summary>Says that there is no such option, without a value that came with it.</summary>
    public static string NoOption(string token) => $"There is no option '{token.Split('=', ':')[0]}' here.";
}
