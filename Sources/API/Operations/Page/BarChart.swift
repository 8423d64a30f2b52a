import APIHTML

/// A plot of bars as SVG, with its numbers as a table beneath it.
struct BarChart {
  struct Bar {
    let label: String
    /// Nil if it is not known: that is not 0.
    let value: Double?
    var tone: Palette.Tone = .info
  }

  /// The part of all ids on the page that is this plot's own.
  let id: String
  let title: String
  /// The heading of the column of labels.
  let axis: String
  let bars: [Bar]
  let format: (Double) -> String
  /// The word for a value that is nil.
  var missing = "not known"
  /// True for a row for each bar, with its whole label.
  var isAcross = false
  /// The value of a full bar of a plot across, if no bar has more.
  var least = 0.0

  private static let (width, height, left, bottom, top) = (280.0, 120.0, 44.0, 20.0, 10.0)

  /// The sentence for readers who do not see the plot.
  private var description: String {
    let known = bars.filter { $0.value != nil }
    guard let first = bars.first, let last = bars.last, let latest = known.last,
      let most = known.max(by: { ($0.value ?? 0) < ($1.value ?? 0) }),
      let least = known.min(by: { ($0.value ?? 0) < ($1.value ?? 0) })
    else { return "No numbers yet." }
    let count = PageText.count(bars.count, "bar")
    return (isAcross ? "\(count). " : "\(count) from \(first.label) to \(last.label). ")
      + "Least: \(format(least.value ?? 0)) (\(least.label)). Most: \(format(most.value ?? 0)) (\(most.label))."
      + (isAcross ? "" : " Last: \(format(latest.value ?? 0)) (\(latest.label)).")
  }

  func write(to page: inout HTMLWriter, folds: Folds) {
    page.element("figure") { page in
      page.element("figcaption", ["id": "\(id)-name"]) { page in
        page.text(title)
        if least > 0, let most = bars.compactMap(\.value).max() {
          page.element("span", ["class": "muted"], ", a whole bar is \(format(max(most, least)))")
        }
      }
      if bars.contains(where: { $0.value != nil }) {
        plot(on: &page)
      } else {
        page.element("p", ["class": "muted"], "No numbers yet.")
      }
      Fold(id: "\(id)-table", title: "Table", of: title, folds: folds).write(to: &page) { page in
        var table = PageTable(title, [.init(axis), .init("value", isNumber: true)])
        table.rows = bars.map { bar in
          [PageTable.cell(bar.label), PageTable.cell(bar.value.map(format) ?? missing)]
        }
        table.write(to: &page)
      }
    }
  }

  private func plot(on page: inout HTMLWriter) {
    let height = isAcross ? Self.rowHeight * Double(bars.count) : Self.height
    let names = "\(id)-title \(id)-text"
    page.element(
      "svg", ["viewBox": "0 0 \(Int(Self.width)) \(Int(height))", "role": "img", "aria-labelledby": names]
    ) { page in
      page.element("title", ["id": "\(id)-title"], title)
      page.element("desc", ["id": "\(id)-text"], description)
      let most = max(least, bars.compactMap(\.value).max() ?? 0)
      if isAcross { rows(most, on: &page) } else { columns(Self.limit(most), on: &page) }
    }
  }

  private static let rowHeight = 34.0

  /// A row for each bar: its label and its value, and the bar beneath them.
  private func rows(_ most: Double, on page: inout HTMLWriter) {
    for (index, bar) in bars.enumerated() {
      let top = Self.rowHeight * Double(index)
      let y = Self.decimal(top + 14)
      page.element("text", ["x": "0", "y": y], PageText.brief(bar.label, to: 32))
      page.element(
        "text", ["x": Self.decimal(Self.width), "y": y, "text-anchor": "end"], bar.value.map(format) ?? missing)
      guard let value = bar.value else { continue }
      let long = most > 0 ? max(2, Self.width * value / most) : 2
      page.element(
        "rect",
        [
          "class": "bar \(bar.tone)", "x": "0", "y": Self.decimal(top + 19), "width": Self.decimal(long), "height": "8",
          "rx": "1",
        ]
      ) { $0.element("title", [:], "\(bar.label): \(format(value))") }
    }
  }

  private func columns(_ limit: Double, on page: inout HTMLWriter) {
    let floor = Self.height - Self.bottom
    for (value, y) in [(limit, Self.top), (limit / 2, (Self.top + floor) / 2), (0, floor)] {
      page.void(
        "line",
        ["x1": Self.decimal(Self.left), "x2": Self.decimal(Self.width), "y1": Self.decimal(y), "y2": Self.decimal(y)])
      page.element(
        "text", ["x": Self.decimal(Self.left - 5), "y": Self.decimal(y + 4), "text-anchor": "end"], format(value))
    }
    let step = (Self.width - Self.left) / Double(max(bars.count, 8))
    for (index, bar) in bars.enumerated() {
      guard let value = bar.value else { continue }
      // A bar of a small number stays visible.
      let tall = value > 0 ? max(2, (floor - Self.top) * value / limit) : 0.75
      let place = Self.left + step * Double(index) + step * 0.12
      page.element(
        "rect",
        [
          "class": "bar \(bar.tone)", "x": Self.decimal(place), "y": Self.decimal(floor - tall),
          "width": Self.decimal(step * 0.76),
          "height": Self.decimal(tall), "rx": "1",
        ]
      ) { $0.element("title", [:], "\(bar.label): \(format(value))") }
    }
    labels(step, on: &page)
  }

  /// The first and the last label.
  private func labels(_ step: Double, on page: inout HTMLWriter) {
    let y = Self.decimal(Self.height - 5)
    guard let first = bars.first, let last = bars.last else { return }
    page.element("text", ["x": Self.decimal(Self.left), "y": y], first.label)
    let end = Self.left + step * Double(bars.count)
    // Two labels need room for two.
    guard bars.count > 1, end - Self.left > 150 else { return }
    page.element("text", ["x": Self.decimal(end), "y": y, "text-anchor": "end"], last.label)
  }

  /// The least of 2, 4, 6, 8, 10, 20, 40, … that is not less than a number: its half can be read, too.
  static func limit(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return 2 }
    var unit = 1.0
    while unit * 10 < value { unit *= 10 }
    return [2, 4, 6, 8, 10].map { $0 * unit }.first { $0 >= value } ?? unit * 10
  }

  /// A number with at most one digit after the point.
  static func decimal(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
  }
}
