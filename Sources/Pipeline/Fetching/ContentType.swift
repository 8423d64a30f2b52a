import Text

/// A Content-Type header (RFC 9110, 8.3): `text/html; charset="utf-8"`. Read as browsers do, also if it is given twice, or
/// if the semicolon is missing (https://mimesniff.spec.whatwg.org/#parsing-a-mime-type,
/// https://fetch.spec.whatwg.org/#concept-header-extract-mime-type).
struct ContentType: Equatable {
  /// The media type, in lower case and without parameters.
  private(set) var name: String
  private(set) var charset: String?

  /// - Parameter header: the value, or the values of all lines joined with commas. Of several types the last one counts.
  /// - Returns: nil if the header names no type.
  init?(_ header: String) {
    let values = Self.values(in: header).map { value in
      let name = value.utf8.prefix { $0 != UInt8(ascii: ";") && !$0.isHTTPSpace }
      return (name: String(decoding: name, as: UTF8.self), parameters: value.utf8.dropFirst(name.count))
    }
    let types = values.filter { Self.isType($0.name) }
    guard let last = types.last ?? values.last(where: { !$0.name.isEmpty }) else { return nil }
    name = last.name
    charset = types.reversed().prefix { $0.name == last.name }.lazy.compactMap { Self.charset(in: $0.parameters) }.first
  }

  /// Splits the header at commas, which no value contains but in quotation marks, where no server puts one.
  private static func values(in header: String) -> [String] {
    header.lowercased().utf8.split(separator: UInt8(ascii: ",")).map {
      String(decoding: $0.trimming(while: \.isHTTPSpace), as: UTF8.self)
    }.filter { !$0.isEmpty }
  }

  private static func isType(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0 != "*" }
  }

  private static func charset(in parameters: some Collection<UInt8>) -> String? {
    let parameters = parameters.split { $0 == UInt8(ascii: ";") || $0.isHTTPSpace }.map { Array($0) }
    let name = Array("charset=".utf8)
    guard let value = parameters.first(where: { $0.starts(with: name) && $0.count > name.count }) else { return nil }
    let label = value.dropFirst(name.count).filter { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") }
    return label.isEmpty ? nil : String(decoding: label, as: UTF8.self)
  }
}
