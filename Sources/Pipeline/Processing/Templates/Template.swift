import Contracts

/// A text of a definition with `{name}` in it. `{{name}}` stands for `{name}` itself; any other brace is plain, so that a
/// JSON text can be a template.
public struct Template: Equatable, Sendable {
  public enum Part: Equatable, Sendable {
    case text(String)
    case name(String)
  }

  /// The parts in their order, none of them an empty text.
  public let parts: [Part]

  public init(_ text: String) {
    var parts: [Part] = []
    var plain: [UInt8] = []
    let bytes = Array(text.utf8)
    var index = 0
    while index < bytes.count {
      if let end = Self.nameEnd(in: bytes, from: index), bytes[index] == UInt8(ascii: "{") {
        if !plain.isEmpty { parts.append(.text(String(decoding: plain, as: UTF8.self))) }
        plain = []
        parts.append(.name(String(decoding: bytes[index + 1..<end], as: UTF8.self)))
        index = end + 1
      } else if bytes[index] == UInt8(ascii: "{"), index + 1 < bytes.count,
        let end = Self.nameEnd(in: bytes, from: index + 1), end + 1 < bytes.count, bytes[end + 1] == UInt8(ascii: "}")
      {
        plain += bytes[index + 1...end]
        index = end + 2
      } else {
        plain.append(bytes[index])
        index += 1
      }
    }
    if !plain.isEmpty { parts.append(.text(String(decoding: plain, as: UTF8.self))) }
    self.parts = parts
  }

  /// Every name, as often as it is written.
  public var names: [String] { parts.compactMap { if case .name(let name) = $0 { name } else { nil } } }

  /// Returns the text with values in place of the names.
  /// - Parameters:
  ///   - plain: the spelling of the other parts, where the text goes.
  ///   - value: returns the value of a name, as it is spelled there.
  public func filled(
    plain: (String) -> String = { $0 }, _ value: (_ name: String) throws(PipelineError) -> String
  ) throws(PipelineError) -> String {
    var result = ""
    for part in parts {
      switch part {
      case .text(let text): result += plain(text)
      case .name(let name): result += try value(name)
      }
    }
    return result
  }

  /// Returns the index of the `}` that ends the name which begins behind an index; nil if there is no `{name}`.
  private static func nameEnd(in bytes: [UInt8], from start: Int) -> Int? {
    guard bytes[start] == UInt8(ascii: "{"), start + 1 < bytes.count, isNameStart(bytes[start + 1]) else { return nil }
    let end = bytes[(start + 1)...].firstIndex { !isNameStart($0) && !(0x30...0x39).contains($0) }
    return end.flatMap { bytes[$0] == UInt8(ascii: "}") ? $0 : nil }
  }

  private static func isNameStart(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
  }
}
