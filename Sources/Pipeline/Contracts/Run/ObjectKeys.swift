/// The number of keys of a JSON object, whatever they are. Decoding another value fails.
struct ObjectKeys: Decodable {
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  let count: Int

  init(from decoder: any Decoder) throws { count = try decoder.container(keyedBy: Name.self).allKeys.count }

  /// Returns true if a field is an object with a key in it.
  static func isFilled<Key: CodingKey>(_ container: KeyedDecodingContainer<Key>, _ field: Key) -> Bool {
    guard let keys = try? container.decodeIfPresent(ObjectKeys.self, forKey: field) else { return false }
    return keys.count > 0
  }
}
