import APIHTML

/// A table with a heading for each column. It scrolls by itself where the screen is narrow.
struct PageTable {
  struct Column {
    let title: String
    var isNumber = false
    /// True for a column that a phone does without.
    var isExtra = false

    init(_ title: String, isNumber: Bool = false, isExtra: Bool = false) {
      (self.title, self.isNumber, self.isExtra) = (title, isNumber, isExtra)
    }

    var classes: String {
      [isNumber ? "right" : nil, isExtra ? "extra" : nil].compactMap(\.self).joined(separator: " ")
    }
  }

  typealias Cell = (inout HTMLWriter) -> Void

  /// The name for readers who do not see the heading before it.
  let label: String
  let columns: [Column]
  /// The cells of each row. The first names the row.
  var rows: [[Cell]] = []
  /// Cells below a row, over the whole width, by the row's place.
  var notes: [Int: Cell] = [:]

  init(_ label: String, _ columns: [Column]) { (self.label, self.columns) = (label, columns) }

  static func cell(_ text: String) -> Cell { { $0.text(text) } }
  static func cell(_ number: Int) -> Cell { { $0.text(PageText.number(number)) } }
  static func tag(_ text: String, _ tone: Palette.Tone) -> Cell {
    { $0.element("span", ["class": "tag \(tone)"], text) }
  }

  /// A part that scrolls can be reached by the keyboard, and has a name.
  static func scrolling(_ label: String) -> HTMLWriter.Attributes {
    ["class": "wide", "tabindex": "0", "role": "region", "aria-label": label]
  }

  func write(to page: inout HTMLWriter) {
    page.element("div", Self.scrolling(label)) { page in
      page.element("table") { page in
        page.element("caption", ["class": "hidden"], label)
        page.element("thead") { page in
          page.element("tr") { page in
            for column in columns { page.element("th", ["scope": "col", "class": column.classes], column.title) }
          }
        }
        page.element("tbody") { page in
          for (place, row) in rows.enumerated() {
            write(row, to: &page)
            guard let note = notes[place] else { continue }
            page.element("tr", ["class": "note"]) { page in
              page.element("td", ["colspan": "\(columns.count)"], note)
            }
          }
        }
      }
    }
  }

  private func write(_ row: [Cell], to page: inout HTMLWriter) {
    page.element("tr") { page in
      for (index, (column, cell)) in zip(columns, row).enumerated() {
        if index == 0 {
          page.element("th", ["scope": "row", "class": column.classes], cell)
        } else {
          page.element("td", ["class": column.classes], cell)
        }
      }
    }
  }
}
