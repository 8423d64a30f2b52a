import Encodings
import Testing

struct TextEncodingLabelTests {
  @Test(
    "A label means the encoding that browsers use for it",
    arguments: [
      ("utf-8", TextEncoding.utf8), ("UTF8", .utf8), ("unicode-1-1-utf-8", .utf8), ("l1", .windows1252),
      ("cp819", .windows1252), ("iso8859-1", .windows1252), ("us-ascii", .windows1252),
      ("ISO_8859-1:1987", .windows1252),
      ("l9", .iso8859x15), ("tis-620", .windows874), ("latin5", .windows1254), ("x-cp1251", .windows1251),
      ("greek", .iso8859x7),
      ("logical", .iso8859x8I), ("visual", .iso8859x8), ("gb2312", .gbk), ("ms932", .shiftJIS),
      ("ks_c_5601-1987", .eucKR),
      ("big5-hkscs", .big5), ("x-x-big5", .big5), ("csiso2022jp", .iso2022JP), ("utf-16", .utf16LE),
      ("unicodefffe", .utf16BE), ("hz-gb-2312", .replacement), ("x-user-defined", .userDefined),
      (" \t\n\u{0C}\rUtf-8 ", .utf8), ("koi8-u", .koi8U), ("koi8-ru", .koi8U), ("dos-874", .windows874),
    ])
  func known(label: String, encoding: TextEncoding) { #expect(TextEncoding(label: label) == encoding) }

  @Test(
    "Other labels are unknown",
    arguments: [
      "", " ", "utf-7", "x-klingon", "utf-32", "latin9", "cp437", "utf 8", "utf-8;", "\u{212A}oi8-r", "\u{A0}utf-8",
    ])
  func unknown(label: String) { #expect(TextEncoding(label: label) == nil) }

  @Test("The name of each encoding is a label of it", arguments: TextEncoding.allCases)
  func names(encoding: TextEncoding) { #expect(TextEncoding(label: encoding.rawValue) == encoding) }
}
