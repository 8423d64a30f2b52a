/// Where in a JSON document numbers stand that no `Int` holds. The decoder of Foundation refuses such a number, where an
/// integer is wanted, in the same words as bytes that are no JSON at all, and names no field.
struct Fractions: Decodable {
  private(set) var places: [String] = []

  private struct Key: CodingKey {
    let stringValue: String
    let intValue: Int? = nil

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// - Throws: when the document is no JSON.
  init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: Key.self) {
      for key in object.allKeys { places += try object.decode(Fractions.self, forKey: key).places }
    } else if var list = try? decoder.unkeyedContainer() {
      while !list.isAtEnd { places += try list.decode(Fractions.self).places }
    } else {
      let value = try decoder.singleValueContainer()
      if (try? value.decode(Double.self)) != nil, (try? value.decode(Int.self)) == nil {
        places = [decoder.codingPath.place]
      }
    }
  }
}
