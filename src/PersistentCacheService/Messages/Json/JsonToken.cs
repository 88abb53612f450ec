using System.Runtime.InteropServices;

namespace PersistentCacheService.Messages.Json;

/// <summary>One value or member name of a <see cref="JsonTape"/>.</summary>
/// <param name="Start">Byte offset of its text: of a string the first byte inside the quotes, of a container its bracket.</param>
/// <param name="Length">Bytes of its text, without quotes.</param>
/// <param name="End">Index of the first token behind it and everything inside it.</param>
/// <param name="Kind">What it is.</param>
/// <param name="HasEscapes">A string with at least one backslash.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct JsonToken(int Start, int Length, int End, JsonKind Kind, bool HasEscapes);
