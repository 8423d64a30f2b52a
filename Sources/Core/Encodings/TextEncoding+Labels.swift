extension TextEncoding {
  /// Finds an encoding by a label, such as `latin1` or ` UTF-8 `, in any case and with ASCII white space around it; nil if
  /// the standard does not know it. Source: https://encoding.spec.whatwg.org/#concept-encoding-get
  public init?(label: String) {
    let bytes = label.utf8.drop(while: Self.isSpace)
    guard let last = bytes.lastIndex(where: { !Self.isSpace($0) }) else { return nil }
    // Bytes, because `lowercased()` would also find labels with characters such as the Kelvin sign.
    switch String(decoding: bytes[...last].map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }, as: UTF8.self) {
    case "unicode-1-1-utf-8", "unicode11utf8", "unicode20utf8", "utf-8", "utf8", "x-unicode20utf8":
      self = .utf8
    case "866", "cp866", "csibm866", "ibm866":
      self = .ibm866
    case "csisolatin2", "iso-8859-2", "iso-ir-101", "iso8859-2", "iso88592", "iso_8859-2", "iso_8859-2:1987", "l2",
      "latin2":
      self = .iso8859x2
    case "csisolatin3", "iso-8859-3", "iso-ir-109", "iso8859-3", "iso88593", "iso_8859-3", "iso_8859-3:1988", "l3",
      "latin3":
      self = .iso8859x3
    case "csisolatin4", "iso-8859-4", "iso-ir-110", "iso8859-4", "iso88594", "iso_8859-4", "iso_8859-4:1988", "l4",
      "latin4":
      self = .iso8859x4
    case "csisolatincyrillic", "cyrillic", "iso-8859-5", "iso-ir-144", "iso8859-5", "iso88595", "iso_8859-5",
      "iso_8859-5:1988":
      self = .iso8859x5
    case "arabic", "asmo-708", "csiso88596e", "csiso88596i", "csisolatinarabic", "ecma-114", "iso-8859-6",
      "iso-8859-6-e", "iso-8859-6-i", "iso-ir-127", "iso8859-6", "iso88596", "iso_8859-6", "iso_8859-6:1987":
      self = .iso8859x6
    case "csisolatingreek", "ecma-118", "elot_928", "greek", "greek8", "iso-8859-7", "iso-ir-126", "iso8859-7",
      "iso88597", "iso_8859-7", "iso_8859-7:1987", "sun_eu_greek":
      self = .iso8859x7
    case "csiso88598e", "csisolatinhebrew", "hebrew", "iso-8859-8", "iso-8859-8-e", "iso-ir-138", "iso8859-8",
      "iso88598", "iso_8859-8", "iso_8859-8:1988", "visual":
      self = .iso8859x8
    case "csiso88598i", "iso-8859-8-i", "logical":
      self = .iso8859x8I
    case "csisolatin6", "iso-8859-10", "iso-ir-157", "iso8859-10", "iso885910", "l6", "latin6":
      self = .iso8859x10
    case "iso-8859-13", "iso8859-13", "iso885913":
      self = .iso8859x13
    case "iso-8859-14", "iso8859-14", "iso885914":
      self = .iso8859x14
    case "csisolatin9", "iso-8859-15", "iso8859-15", "iso885915", "iso_8859-15", "l9":
      self = .iso8859x15
    case "iso-8859-16":
      self = .iso8859x16
    case "cskoi8r", "koi", "koi8", "koi8-r", "koi8_r":
      self = .koi8R
    case "koi8-ru", "koi8-u":
      self = .koi8U
    case "csmacintosh", "mac", "macintosh", "x-mac-roman":
      self = .macintosh
    case "dos-874", "iso-8859-11", "iso8859-11", "iso885911", "tis-620", "windows-874":
      self = .windows874
    case "cp1250", "windows-1250", "x-cp1250":
      self = .windows1250
    case "cp1251", "windows-1251", "x-cp1251":
      self = .windows1251
    case "ansi_x3.4-1968", "ascii", "cp1252", "cp819", "csisolatin1", "ibm819", "iso-8859-1", "iso-ir-100",
      "iso8859-1", "iso88591", "iso_8859-1", "iso_8859-1:1987", "l1", "latin1", "us-ascii", "windows-1252",
      "x-cp1252":
      self = .windows1252
    case "cp1253", "windows-1253", "x-cp1253":
      self = .windows1253
    case "cp1254", "csisolatin5", "iso-8859-9", "iso-ir-148", "iso8859-9", "iso88599", "iso_8859-9",
      "iso_8859-9:1989", "l5", "latin5", "windows-1254", "x-cp1254":
      self = .windows1254
    case "cp1255", "windows-1255", "x-cp1255":
      self = .windows1255
    case "cp1256", "windows-1256", "x-cp1256":
      self = .windows1256
    case "cp1257", "windows-1257", "x-cp1257":
      self = .windows1257
    case "cp1258", "windows-1258", "x-cp1258":
      self = .windows1258
    case "x-mac-cyrillic", "x-mac-ukrainian":
      self = .macCyrillic
    case "chinese", "csgb2312", "csiso58gb231280", "gb2312", "gb_2312", "gb_2312-80", "gbk", "iso-ir-58", "x-gbk":
      self = .gbk
    case "gb18030":
      self = .gb18030
    case "big5", "big5-hkscs", "cn-big5", "csbig5", "x-x-big5":
      self = .big5
    case "cseucpkdfmtjapanese", "euc-jp", "x-euc-jp":
      self = .eucJP
    case "csiso2022jp", "iso-2022-jp":
      self = .iso2022JP
    case "csshiftjis", "ms932", "ms_kanji", "shift-jis", "shift_jis", "sjis", "windows-31j", "x-sjis":
      self = .shiftJIS
    case "cseuckr", "csksc56011987", "euc-kr", "iso-ir-149", "korean", "ks_c_5601-1987", "ks_c_5601-1989", "ksc5601",
      "ksc_5601", "windows-949":
      self = .eucKR
    case "csiso2022kr", "hz-gb-2312", "iso-2022-cn", "iso-2022-cn-ext", "iso-2022-kr", "replacement":
      self = .replacement
    case "unicodefffe", "utf-16be":
      self = .utf16BE
    case "csunicode", "iso-10646-ucs-2", "ucs-2", "unicode", "unicodefeff", "utf-16", "utf-16le":
      self = .utf16LE
    case "x-user-defined":
      self = .userDefined
    default: return nil
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0C || byte == 0x0D
  }
}
