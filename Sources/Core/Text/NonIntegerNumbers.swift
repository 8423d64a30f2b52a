/// The fields of a JSON document that hold a number which no `Int` can represent.
///
/// Foundation's decoder refuses such a number, where a type wants an integer, in the same words as bytes that are not
/// JSON, and names no field.
struct NonIntegerNumbers: Decodable {
  /// Names as `fieldName` writes them.
  private(set) var fields: [String] = []

  private struct Key: CodingKey {
    let stringValue: String
    let intValue: Int? = nil

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// - Throws: if the document is not JSON.
  init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: Key.self) {
      for key in object.allKeys { fields += try object.decode(NonIntegerNumbers.self, forKey: key).fields }
    } else if var list = try? decoder.unkeyedContainer() {
      while !list.isAtEnd { fields += try list.decode(NonIntegerNumbers.self).fields }
    } else {
      let value = try decoder.singleValueContainer()
      if (try? value.decode(Double.self)) != nil, (try? value.decode(Int.self)) == nil {
        fields = [decoder.codingPath.fieldName ?? "the document"]
      }
    }
  }
}
