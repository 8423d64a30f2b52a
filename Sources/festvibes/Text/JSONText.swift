import Foundation

/// Objects of any shape as JSON, with sorted keys.
enum JSONText {
  /// The object in one line.
  static func line(_ object: [String: Any]) throws -> String { try text(object, []) }

  /// The object in indented lines.
  static func pretty(_ object: [String: Any]) throws -> String { try text(object, .prettyPrinted) }

  private static func text(_ object: [String: Any], _ options: JSONSerialization.WritingOptions) throws -> String {
    let data = try JSONSerialization.data(
      withJSONObject: object, options: options.union([.sortedKeys, .withoutEscapingSlashes]))
    return String(decoding: data, as: UTF8.self)
  }
}
