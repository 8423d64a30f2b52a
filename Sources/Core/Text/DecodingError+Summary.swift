import FoundationEssentials

extension DecodingError {
  /// Describes which field is wrong and how, without its value: `'place.city' must be a string`.
  /// - Parameters:
  ///   - subject: the name of the document or record that was decoded: `the event`.
  ///   - depth: the length of the coding path to the subject, if it is part of a larger document.
  ///   - json: the bytes of the subject, if the caller has them. Foundation reports a number that does not fit an
  ///     integer field in the same words as bytes that are not JSON, and names no field; this method then names it.
  public func summary(of subject: String, below depth: Int = 0, in json: Data? = nil) -> String {
    func field(_ context: Context, _ last: [any CodingKey] = []) -> String {
      (context.codingPath.dropFirst(depth) + last).fieldName ?? subject
    }
    switch self {
    case .keyNotFound(let key, let context): return "\(field(context, [key])) is missing"
    case .valueNotFound(let type, let context): return "\(field(context)) \(Self.requirement(of: type)) and is null"
    case .typeMismatch(let type, let context): return "\(field(context)) \(Self.requirement(of: type))"
    case .dataCorrupted(let context):
      guard let json, context.codingPath.count <= depth else { return "\(field(context)) is malformed" }
      let numbers = (try? JSONDecoder().decode(NonIntegerNumbers.self, from: json))?.fields ?? []
      guard !numbers.isEmpty else { return "\(subject) is not valid JSON" }
      return "\(numbers.sorted().joined(separator: " or ")) \(Self.requirement(of: Int.self))"
    @unknown default: return "\(subject) has an unexpected shape"
    }
  }

  private static func requirement(of type: any Any.Type) -> String {
    switch type {
    case is any FixedWidthInteger.Type: "must be a whole number"
    case is any BinaryFloatingPoint.Type: "must be a number"
    case is String.Type: "must be a string"
    case is Bool.Type: "must be true or false"
    case _ where "\(type)".hasPrefix("Dictionary<"): "must be a JSON object"
    case _ where "\(type)".hasPrefix("Array<"): "must be an array"
    default: "has the wrong type"
    }
  }
}

extension Sequence<any CodingKey> {
  /// The path in quotes, `'places[0].city'`; nil if it is empty.
  var fieldName: String? {
    let path = reduce("") { path, key in
      if let index = key.intValue { return "\(path)[\(index)]" }
      return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
    }
    return path.isEmpty ? nil : "'\(path)'"
  }
}
