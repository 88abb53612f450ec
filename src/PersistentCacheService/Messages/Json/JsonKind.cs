namespace PersistentCacheService.Messages.Json;

/// <summary>Kind of a JSON value on a <see cref="JsonTape"/>. Member names are strings before their value.</summary>
internal enum JsonKind : byte
{
    /// <summary>An object; its tokens follow as name, value, name, value.</summary>
    Object,

    /// <summary>An array; its elements follow.</summary>
    Array,

    /// <summary>A string or a member's name.</summary>
    String,

    /// <summary>A number.</summary>
    Number,

    /// <summary>The literal true.</summary>
    True,

    /// <summary>The literal false.</summary>
    False,

    /// <summary>The literal null.</summary>
    Null,
}
