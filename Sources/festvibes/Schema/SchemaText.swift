import Foundation

/// The forms of `festvibes schema` for programs and documents.
struct SchemaText {
  let dictionary: DataDictionary

  /// One object: `{"tables": [{"name", "kind", "comment", "columns": [{"name", "type", "is_nullable", "is_key",
  /// "comment"}]}], "cached_day": a JSON Schema}`.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let encoded = try JSONSerialization.jsonObject(with: encoder.encode(dictionary))
    guard var object = encoded as? [String: Any] else { throw CommandError("the dictionary cannot be encoded as JSON") }
    object["cached_day"] = CachedDaySchema.value
    return try JSONText.pretty(object)
  }

  /// Sections with the tables and the JSON Schema, for a document.
  func markdown() throws -> [String] {
    try dictionary.markdown
      + ["### The cached day", "", "The JSON Schema of the value of `events:YYYY-MM-DD`:", "", "```json"]
      + JSONText.pretty(CachedDaySchema.value).split(separator: "\n").map(String.init) + ["```"]
  }
}
