import Foundation
import Testing

@testable import OperationsPage

/// The contrast of colors as WCAG 2.2 computes it. AA: 4.5 for texts, 3 for plots.
@Suite("The contrast of the operators' page")
struct ContrastTests {
  /// The relative luminance of `#rrggbb`.
  static func luminance(_ color: String) throws -> Double {
    let number = try #require(Int(color.dropFirst(), radix: 16))
    let parts = [number >> 16 & 255, number >> 8 & 255, number & 255].map { part -> Double in
      let value = Double(part) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }

  static func ratio(_ one: String, _ other: String) throws -> Double {
    let (first, second) = (try luminance(one), try luminance(other))
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)
  }

  @Test("The computation knows the extremes")
  func computation() throws {
    #expect(try abs(Self.ratio("#000000", "#ffffff") - 21) < 0.001)
    #expect(try abs(Self.ratio("#777777", "#ffffff") - 4.48) < 0.01)
  }

  @Test("Each text has AA on each ground, in light and in dark", arguments: [Palette.light, .dark])
  func texts(palette: Palette) throws {
    for ground in [palette.page, palette.card] + Palette.Tone.allCases.compactMap({ palette.soft[$0] }) {
      #expect(try Self.ratio(palette.text, ground) >= 7)
      #expect(try Self.ratio(palette.muted, ground) >= 4.5)
    }
    for tone in Palette.Tone.allCases {
      let (strong, soft) = (try #require(palette.strong[tone]), try #require(palette.soft[tone]))
      #expect(try Self.ratio(strong, soft) >= 4.5)
      #expect(try Self.ratio(strong, palette.page) >= 4.5)
      // Of bars, too, which need less.
      #expect(try Self.ratio(strong, palette.card) >= 4.5)
    }
  }
}
