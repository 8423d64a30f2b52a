import CICU

/// A table of ICU for an encoding of more than one byte a character. The structure of the bytes is read by the decoders of
/// this folder, because ICU's way to continue after a bad byte is not the standard's.
final class ICUConverter {
  private let converter: OpaquePointer

  /// - Parameter name: ICU's name of the converter (https://icu4c-demos.unicode.org/icu-bin/convexp).
  init(_ name: String, for encoding: TextEncoding) throws(EncodingError) {
    var error: Int32 = 0
    guard let converter = icu_open(name, &error), error <= 0 else {
      throw EncodingError(encoding: encoding, reason: "converter \(name) is missing (error \(error))")
    }
    self.converter = converter
  }

  deinit { icu_close(converter) }

  /// Returns the character that two to four bytes stand for; nil if the table has none, or more than one for them.
  func scalar(_ bytes: UInt8...) -> UInt32? {
    var units: (UInt16, UInt16) = (0, 0)
    var error: Int32 = 0
    let count = bytes.withUnsafeBytes { source in
      withUnsafeMutableBytes(of: &units) {
        icu_to_utf16(
          converter, $0.bindMemory(to: UInt16.self).baseAddress, 2, source.bindMemory(to: CChar.self).baseAddress,
          Int32(source.count), &error)
      }
    }
    // A warning says that no NUL fits behind two code units.
    guard error <= 0 else { return nil }
    switch (count, units.0, units.1) {
    case (1, 0xFFFD, _), (1, 0x1A, _): return nil
    case (1, let unit, _): return UInt32(unit)
    case (2, 0xD800...0xDBFF, let low): return 0x10000 + (UInt32(units.0) - 0xD800) << 10 + UInt32(low) - 0xDC00
    default: return nil
    }
  }
}
