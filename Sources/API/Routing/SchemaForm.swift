import JSON

/// Builds JSON Schemas (2020-12, as OpenAPI 3.1 has them).
public enum SchemaForm {
  public static func text(_ description: String, format: String? = nil, isNullable: Bool = false) -> JSONValue {
    schema("string", description, isNullable, format.map { [("format", .string($0))] } ?? [])
  }

  public static func choice(_ values: [String], _ description: String) -> JSONValue {
    schema("string", description, false, [("enum", .array(values.map { .string($0) }))])
  }

  public static func integer(_ description: String, isNullable: Bool = false) -> JSONValue {
    schema("integer", description, isNullable)
  }

  public static func number(_ description: String, isNullable: Bool = false) -> JSONValue {
    schema("number", description, isNullable)
  }

  public static func flag(_ description: String, isNullable: Bool = false) -> JSONValue {
    schema("boolean", description, isNullable)
  }

  /// Any JSON value.
  public static func any(_ description: String) -> JSONValue { ["description": .string(description)] }

  public static func texts(_ description: String) -> JSONValue { list(["type": "string"], description) }

  public static func list(_ items: JSONValue, _ description: String) -> JSONValue {
    schema("array", description, false, [("items", items)])
  }

  /// - Parameter optional: the names of the members that may be missing.
  public static func object(
    _ members: [(String, JSONValue)], _ description: String, optional: Set<String> = []
  ) -> JSONValue {
    let required = members.map(\.0).filter { !optional.contains($0) }
    return schema(
      "object", description, false,
      [("properties", .object(JSONObject(members))), ("required", .array(required.map { .string($0) }))])
  }

  /// A page of a list.
  /// - Parameter members: what it has beside the items.
  public static func page(
    of items: JSONValue, _ description: String, with members: [(String, JSONValue)] = []
  ) -> JSONValue {
    object(
      members + [
        ("items", list(items, "At most limit items.")),
        ("next_cursor", text("The value of cursor for the next page; null if this is the last one.", isNullable: true)),
      ], description)
  }

  private static func schema(
    _ type: String, _ description: String, _ isNullable: Bool, _ members: [(String, JSONValue)] = []
  ) -> JSONValue {
    let type: JSONValue = isNullable ? [.string(type), "null"] : .string(type)
    return .object(JSONObject([("type", type), ("description", .string(description))] + members))
  }
}
