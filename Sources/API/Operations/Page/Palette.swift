/// The colors of the page, for a light and for a dark screen. The tests compute the contrast of all its pairs.
struct Palette {
  /// A meaning that has a color of its own, for texts and bars, and a soft one behind texts.
  enum Tone: String, CaseIterable {
    case good, warn, bad, info, none
  }

  let page: String
  let card: String
  let text: String
  let muted: String
  let line: String
  let strong: [Tone: String]
  let soft: [Tone: String]

  static let light = Palette(
    page: "#f7f6f3", card: "#ffffff", text: "#1d2126", muted: "#565d66", line: "#d9d6d0",
    strong: [.good: "#1b6b40", .warn: "#7d5200", .bad: "#b3261e", .info: "#1f5fa8", .none: "#565d66"],
    soft: [.good: "#e4f2e9", .warn: "#fcefd4", .bad: "#fce4e2", .info: "#e3edf8", .none: "#f0efec"])

  static let dark = Palette(
    page: "#121518", card: "#1b1f23", text: "#e7e9eb", muted: "#a6aeb6", line: "#363c43",
    strong: [.good: "#7fd3a0", .warn: "#e8b95a", .bad: "#ff9d94", .info: "#8fbdf2", .none: "#a6aeb6"],
    soft: [.good: "#1a3224", .warn: "#382c13", .bad: "#42211f", .info: "#1b2b3f", .none: "#23282d"])

  /// The declarations of the custom properties that the style uses.
  var declarations: String {
    let tones = Tone.allCases.flatMap { tone in
      ["--\(tone):\(strong[tone] ?? text)", "--\(tone)-soft:\(soft[tone] ?? card)"]
    }
    return (["--page:\(page)", "--card:\(card)", "--text:\(text)", "--muted:\(muted)", "--line:\(line)"] + tones)
      .joined(separator: ";")
  }
}
