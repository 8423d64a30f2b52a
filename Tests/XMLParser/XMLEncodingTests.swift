import Contracts
import JSON
import Processing
import Testing
import XMLParser

@Suite("Encodings of XML")
struct XMLEncodingTests {
  private static func name(_ bytes: [UInt8], charset: String? = nil, encoding: String? = nil) throws -> String? {
    try XMLParserTests.parser(encoding: encoding).parse(XMLParserTests.body(bytes, charset: charset))
      .records.first?.fields["n"]?.string
  }

  private static func document(_ declaration: String, _ encode: (Unicode.Scalar) -> [UInt8]) -> [UInt8] {
    "<?xml version=\"1.0\"\(declaration)?><r><i><n>é€</n></i></r>".unicodeScalars.flatMap(encode)
  }

  private static func utf8(_ scalar: Unicode.Scalar) -> [UInt8] { Array(String(scalar).utf8) }
  private static func windows(_ scalar: Unicode.Scalar) -> [UInt8] { [scalar == "€" ? 0x80 : UInt8(scalar.value)] }
  private static func wide(_ scalar: Unicode.Scalar) -> [UInt8] {
    [UInt8(scalar.value & 0xFF), UInt8(scalar.value >> 8)]
  }
  private static func big(_ scalar: Unicode.Scalar) -> [UInt8] { wide(scalar).reversed() }

  @Test("An encoding is found by mark, header, declaration, in this order")
  func order() throws {
    #expect(try Self.name(Self.document("", Self.utf8)) == "é€")
    #expect(
      try Self.name([0xEF, 0xBB, 0xBF] + Self.document(" encoding='iso-8859-1'", Self.utf8), charset: "iso-8859-1")
        == "é€")
    #expect(try Self.name(Self.document(" encoding=\"windows-1252\"", Self.windows)) == "é€")
    #expect(try Self.name(Self.document("", Self.windows), charset: "windows-1252") == "é€")
    #expect(try Self.name(Self.document(" encoding='utf-8'", Self.windows), charset: "windows-1252") == "é€")
    #expect(try Self.name(Self.document(" encoding='windows-1252'", Self.windows), charset: "no-such-name") == "é€")
    for mark in [[], [0xFF, 0xFE]] as [[UInt8]] {
      #expect(try Self.name(mark + Self.document(" encoding='utf-16'", Self.wide)) == "é€")
      #expect(try Self.name(mark.reversed() + Self.document(" encoding='utf-16'", Self.big)) == "é€")
    }
  }

  @Test("A declaration of UTF-16 in a document of single bytes is not believed")
  func wrong() throws {
    #expect(try Self.name(Self.document(" encoding='utf-16'", Self.utf8)) == "é€")
    #expect(try Self.name(Self.document(" encoding='utf-8'", Self.windows), encoding: "windows-1252") == "é€")
  }

  @Test("Bytes that the encoding does not have are an error, and so is an encoding that is not known")
  func bad() throws {
    let error = #expect(throws: PipelineError.self) { try Self.name(Self.document(" encoding='utf-8'", Self.windows)) }
    #expect(
      error?.name == .sourceChanged && error?.message.contains("not proper UTF-8") == true, "\(error?.message ?? "")")
    for (bytes, message) in [
      (Self.document(" encoding='klingon'", Self.utf8), "'klingon', which is not known"),
      ([0xFF, 0xFE] + Self.document("", Self.wide) + [0x00, 0xD8], "bytes that UTF-16LE does not have"),
    ] {
      let error = #expect(throws: PipelineError.self) { try Self.name(bytes) }
      #expect(error?.name == .sourceChanged && error?.message.contains(message) == true, "\(error?.message ?? "")")
    }
  }
}
