import Encodings
import Foundation
import Markup

/// The first byte chooses an encoding; the rest is text in it. The text is decoded, and read as a page.
enum EncodingTarget {
  static func read(_ input: Data) throws {
    guard let first = input.first else { return }
    let encodings = TextEncoding.allCases
    let encoding = encodings[Int(first) % encodings.count]
    let bytes = Array(input.dropFirst())
    let decoded = try encoding.decode(bytes)
    try require(
      Array(String(decoding: decoded, as: UTF8.self).utf8) == decoded, "\(encoding.rawValue) is decoded to bad UTF-8")
    // The longest character has three bytes of UTF-8 for one of the encoding, or two bytes become two characters.
    try require(
      decoded.count <= bytes.count * 3, "\(bytes.count) bytes of \(encoding.rawValue) become \(decoded.count)")
    if encoding != .utf16BE, encoding != .utf16LE, encoding != .replacement, encoding != .iso2022JP {
      try require(
        decoded.filter { $0 < 0x40 } == bytes.filter { $0 < 0x40 } || encoding == .gb18030 || encoding == .gbk,
        "\(encoding.rawValue) loses or makes ASCII")
    }
    do {
      let page = try Document(html: Data(bytes), charset: encoding.rawValue)
      try require(try page.nodes(XPath("/html/body")).count == 1, "a page without a body")
    } catch let error as MarkupError {
      try require([.empty, .tooLarge, .malformed].contains(error.kind), "\(error)")
    }
    if let text = String(bytes: bytes.prefix(40), encoding: .ascii) { _ = TextEncoding(label: text) }
  }
}
