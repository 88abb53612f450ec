using Spectre.Console;

namespace PersistentCacheService.Commands;

/// <summary>A table for people: columns as wide as they need, no lines. On a terminal long cells are broken.</summary>
internal sealed class TextTable
{
    private readonly Table _table = new() { Border = TableBorder.None };

    /// <summary>Adds a column.</summary>
    /// <param name="head">Its head.</param>
    /// <param name="isNumber">Whether its cells are aligned to the right.</param>
    public TextTable Column(string head, bool isNumber = false)
    {
        _table.AddColumn(new TableColumn(new Text(head)) { Alignment = isNumber ? Justify.Right : Justify.Left, Padding = new Padding(0, 0, 2, 0) });
        return this;
    }

    /// <summary>Adds a row.</summary>
    /// <param name="cells">A text for each column; no markup.</param>
    public void Row(params string[] cells) => _table.AddRow(cells.Select(static cell => new Text(cell)));

    /// <summary>Prints it.</summary>
    public string Print(CommandContext context)
    {
        using var text = new StringWriter();
        var console = (context with { Output = text, IsTerminal = false }).Console();
        if (context.IsTerminal)
        {
            console.Profile.Width = context.Console().Profile.Width;
        }

        console.Write(_table);
        return string.Join('\n', text.ToString().Split('\n').Select(static line => line.TrimEnd())).TrimEnd('\n');
    }
}
