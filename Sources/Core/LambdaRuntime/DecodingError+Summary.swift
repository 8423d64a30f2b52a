import FoundationEssentials

extension DecodingError {
  /// What is wrong with an event, and where: the field by its name, never the value that stood there.
  func summary(of event: Data) -> String {
    switch self {
    case .keyNotFound(let key, let context):
      let outer = context.codingPath.isEmpty ? "" : " in \(context.codingPath.place)"
      return "'\(key.stringValue)' is missing\(outer)"
    case .valueNotFound(let type, let context):
      return "\(context.codingPath.place) \(Self.wish(for: type)) and is null"
    case .typeMismatch(let type, let context): return "\(context.codingPath.place) \(Self.wish(for: type))"
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      let fractions = (try? JSONDecoder().decode(Fractions.self, from: event))?.places.sorted() ?? []
      return fractions.isEmpty
        ? "the event is no JSON" : "\(fractions.joined(separator: " or ")) \(Self.wish(for: Int.self))"
    case .dataCorrupted(let context): return "\(context.codingPath.place) is malformed"
    @unknown default: return "the event has an unexpected shape"
    }
  }

  private static func wish(for type: any Any.Type) -> String {
    switch type {
    case is any FixedWidthInteger.Type: "must be a whole number"
    case is any BinaryFloatingPoint.Type: "must be a number"
    case is String.Type: "must be a text"
    case is Bool.Type: "must be true or false"
    case _ where "\(type)".hasPrefix("Dictionary<"): "must be a JSON object"
    case _ where "\(type)".hasPrefix("Array<"): "must be a list"
    default: "is of another kind than it should be"
    }
  }
}

extension [any CodingKey] {
  /// The field that the path leads to, for a person.
  var place: String {
    let path = map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    return path.isEmpty ? "the event" : "'\(path)'"
  }
}
