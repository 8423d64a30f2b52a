import Encodings
import TestSupport
import Testing

struct TextEncodingTests {
  @Test(
    "A bad byte costs one character, and the text after it is read",
    arguments: [
      (
        TextEncoding.windows1252, [0x63, 0x61, 0x66, 0xE9, 0x20, 0x92, 0x20, 0x81, 0x8D, 0x8F, 0x90, 0x9D] as [UInt8],
        "café ’ \u{81}\u{8D}\u{8F}\u{90}\u{9D}"
      ),
      (TextEncoding.windows1251, [0xCF, 0xF0, 0xE8, 0x98] as [UInt8], "При\u{98}"),
      (TextEncoding.iso8859x7, [0xC1, 0xAE, 0xD2] as [UInt8], "Α\u{FFFD}\u{FFFD}"),
      (TextEncoding.iso8859x8, [0xE0, 0xA1, 0xFB] as [UInt8], "\u{5D0}\u{FFFD}\u{FFFD}"),
      (
        TextEncoding.shiftJIS,
        [0x93, 0xFA, 0x96, 0x7B, 0x20, 0x81, 0x7F, 0x3C, 0x62, 0x3E, 0xFD, 0x85, 0x40, 0x83] as [UInt8],
        "日本 \u{FFFD}\u{7F}<b>\u{FFFD}\u{FFFD}@\u{FFFD}"
      ),
      (
        TextEncoding.gbk, [0xD6, 0xD0, 0x20, 0xFF, 0x80, 0x20, 0x81, 0x30, 0x3C, 0x81, 0x7F] as [UInt8],
        "中 \u{FFFD}€ \u{FFFD}0<\u{FFFD}\u{7F}"
      ),
      (
        TextEncoding.gb18030,
        [0x81, 0x30, 0x81, 0x30, 0x95, 0x32, 0x82, 0x36, 0xA6, 0xD9, 0x84, 0x31, 0xA4, 0x37, 0x20, 0x81, 0x30, 0x81]
          as [UInt8], "\u{80}𠀀︐\u{FFFD} \u{FFFD}"
      ),
      (
        TextEncoding.eucJP,
        [0xC6, 0xFC, 0x20, 0x8E, 0xB1, 0x8F, 0xB0, 0xA1, 0x20, 0x8F, 0xF3, 0xA1, 0xA0, 0xC6] as [UInt8],
        "日 ｱ丂 \u{FFFD}\u{FFFD}\u{FFFD}"
      ),
      (
        TextEncoding.big5,
        [0xA4, 0xA4, 0x88, 0x62, 0x88, 0xA3, 0x20, 0x81, 0x40, 0x3C, 0x87, 0xA4, 0xFF, 0xA4] as [UInt8],
        "中Ê\u{304}ê\u{304} \u{FFFD}@<龗\u{FFFD}\u{FFFD}"
      ),
      (
        TextEncoding.eucKR, [0xC7, 0xD1, 0xB1, 0xB9, 0x20, 0xC9, 0xA1, 0x80, 0xFF, 0xC7, 0x3C] as [UInt8],
        "한국 \u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}<"
      ),
      (
        TextEncoding.iso2022JP,
        [
          0x1B, 0x24, 0x42, 0x46, 0x7C, 0x4B, 0x5C, 0x1B, 0x28, 0x42, 0x20, 0x6F, 0x6B, 0x20, 0x1B, 0x28, 0x4A, 0x5C,
          0x7E, 0x1B, 0x28, 0x49, 0x31, 0x1B, 0x28, 0x42, 0x1B, 0x28, 0x42, 0x1B, 0x78, 0x0E, 0xE9, 0x1B, 0x24, 0x42,
          0x46,
        ] as [UInt8], "日本 ok ¥‾ｱ\u{FFFD}\u{FFFD}x\u{FFFD}\u{FFFD}\u{FFFD}"
      ),
      (
        .utf8, [0x61, 0xC3, 0x20, 0xE2, 0x80, 0x62, 0xED, 0xA0, 0x80, 0xF0, 0x9F],
        "a\u{FFFD} \u{FFFD}b\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"
      ),
      (.utf16LE, [0x61, 0x00, 0x00, 0xD8, 0x62, 0x00, 0x3D, 0xD8, 0xF7, 0xDC, 0x00], "a\u{FFFD}b📷\u{FFFD}"),
      (.utf16LE, [0x61, 0x00, 0x00, 0xD8, 0x41], "a\u{FFFD}"),
      (.utf16BE, [0xDC, 0x00, 0x00, 0xE9, 0xD8, 0x3D], "\u{FFFD}é\u{FFFD}"),
      (.userDefined, [0x41, 0x80, 0xFF], "A\u{F780}\u{F7FF}"),
      (.replacement, [0x41, 0x42], "\u{FFFD}"),
    ])
  func bad(encoding: TextEncoding, bytes: [UInt8], text: String) throws {
    #expect(try Array(encoding.decode(bytes)) == Array(text.utf8))
  }

  @Test("Nothing is decoded to nothing, and ASCII to itself", arguments: TextEncoding.allCases)
  func ascii(encoding: TextEncoding) throws {
    #expect(try encoding.decode([]) == [])
    if ![.utf16BE, .utf16LE, .replacement].contains(encoding) {
      let text = Array("<p class='a'>~\\x</p>\n".utf8)
      #expect(try encoding.decode(text) == text)
    }
  }

  @Test("Any bytes become valid UTF-8", arguments: TextEncoding.allCases)
  func random(encoding: TextEncoding) throws {
    var random = SplitMix(seed: 11)
    let odd: [UInt8] = [0x1B, 0x24, 0x28, 0x42, 0x30, 0x8E, 0x8F, 0x80, 0xFF, 0xA1, 0x7F, 0xD8, 0x00]
    for _ in 0..<Robustness.amount(2000) {
      let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        Bool.random(using: &random) ? UInt8.random(in: 0...255, using: &random) : odd.randomElement(using: &random) ?? 0
      }
      let decoded = try encoding.decode(bytes)
      #expect(Array(String(decoding: decoded, as: UTF8.self).utf8) == decoded, "\(bytes)")
    }
  }
}
