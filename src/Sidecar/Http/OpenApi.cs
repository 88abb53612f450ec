using System.Text.Json.Nodes;
using EntitlementCache.Hosting;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Stigg.Sidecar.V1;

namespace Sidecar.Http;

/// <summary>The OpenAPI description of the HTTP/JSON calls, made from the proto's descriptors: it cannot be out of date.</summary>
internal static class OpenApi
{
    private const string Json = "application/json";

    /// <summary>Serves it as <c>/openapi.json</c>.</summary>
    public static void Map(WebApplication app)
    {
        var text = Describe().ToJsonString();
        RequestDelegate serve = context =>
        {
            context.Response.ContentType = Json;
            return context.Response.WriteAsync(text, context.RequestAborted);
        };
        app.MapGet("/openapi.json", serve);
    }

    /// <summary>The description.</summary>
    public static JsonObject Describe()
    {
        var schemas = new JsonObject
        {
            ["Problem"] = new JsonObject
            {
                ["type"] = "object",
                ["description"] = "Problem details (RFC 9457).",
                ["properties"] = new JsonObject
                {
                    ["type"] = Type("string"),
                    ["title"] = Type("string"),
                    ["status"] = Type("integer"),
                    ["detail"] = Type("string"),
                    ["grpcStatus"] = Type("string"),
                },
            },
        };
        var paths = new JsonObject();
        foreach (var method in SidecarService.Descriptor.Methods)
        {
            paths[$"/v1/{method.Name}"] = new JsonObject
            {
                ["post"] = new JsonObject
                {
                    ["operationId"] = method.Name,
                    ["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content(Json, Message(method.InputType, schemas)) },
                    ["responses"] = new JsonObject
                    {
                        ["200"] = new JsonObject { ["description"] = "The answer.", ["content"] = Content(Json, Message(method.OutputType, schemas)) },
                        ["default"] = new JsonObject { ["description"] = "Why there is none.", ["content"] = Content("application/problem+json", Reference("Problem")) },
                    },
                },
            };
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "Stigg Sidecar over HTTP and JSON", ["version"] = BuildInfo.Version },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas },
        };
    }

    private static JsonObject Content(string type, JsonObject schema) => new() { [type] = new JsonObject { ["schema"] = schema } };

    private static JsonObject Type(string name) => new() { ["type"] = name };

    private static JsonObject Reference(string schema) => new() { ["$ref"] = $"#/components/schemas/{schema}" };

    private static JsonObject Message(MessageDescriptor message, JsonObject schemas)
    {
        if (message == Timestamp.Descriptor)
        {
            return new JsonObject { ["type"] = "string", ["format"] = "date-time" };
        }

        if (message == Struct.Descriptor || message == Empty.Descriptor)
        {
            return Type("object");
        }

        if (!schemas.ContainsKey(message.Name))
        {
            var properties = new JsonObject();
            schemas[message.Name] = new JsonObject { ["type"] = "object", ["properties"] = properties };
            foreach (var field in message.Fields.InFieldNumberOrder())
            {
                properties[field.JsonName] = Field(field, schemas);
            }
        }

        return Reference(message.Name);
    }

    private static JsonObject Field(FieldDescriptor field, JsonObject schemas)
    {
        if (field.IsMap)
        {
            return new JsonObject { ["type"] = "object", ["additionalProperties"] = One(field.MessageType.FindFieldByName("value"), schemas) };
        }

        return field.IsRepeated ? new JsonObject { ["type"] = "array", ["items"] = One(field, schemas) } : One(field, schemas);
    }

    private static JsonObject One(FieldDescriptor field, JsonObject schemas) => field.FieldType switch
    {
        FieldType.Message => Message(field.MessageType, schemas),
        FieldType.Enum => new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. field.EnumType.Values.Select(static value => (JsonNode)JsonValue.Create(value.Name))]) },
        FieldType.Bool => Type("boolean"),
        FieldType.String => Type("string"),
        FieldType.Double => Type("number"),
        _ => Type("integer"),
    };
}
