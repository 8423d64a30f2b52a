import Definitions

/// The keys of a definition's section `parse` with the plugin `csv`.
struct CSVOptions: Equatable, Sendable {
  enum Header: Equatable, Sendable {
    case firstRow
    case none
    case names([String])
  }

  var dialect = CSVDialect()
  /// True if each file's first row decides the delimiter, in place of the dialect.
  var choosesDelimiter = false
  /// Nil if a byte order mark, the response's header or UTF-8 decides.
  var encoding: CSVEncoding?
  var header = Header.firstRow
  /// Physical lines before the header.
  var skipLines = 0
  var normalizesHeader = true
  /// True if rows with flaws are rejected.
  var isStrict = true
  /// True if null stands for the cells that a short row lacks.
  var fillsShortRows = false
  /// True if null stands for an empty cell.
  var emptyIsNull = true

  init() {}

  /// - Parameter section: one that was checked against `CSVParser.form`.
  init(_ section: Section) {
    choosesDelimiter = section.text("delimiter") == CSVDelimiter.automatic
    dialect = CSVDialect(
      delimiter: choosesDelimiter ? "," : section.text("delimiter").map(Self.delimiter) ?? ",",
      quote: section.text("quote").map(Self.character) ?? UInt8(ascii: "\""),
      escape: section.text("escape").flatMap(Self.character))
    encoding = section.text("encoding").flatMap { CSVEncoding(named: $0) }
    switch section.texts("header") {
    case [], ["true"]: header = .firstRow
    case ["false"]: header = .none
    case let names: header = .names(names)
    }
    skipLines = section.integer("skip_lines") ?? 0
    normalizesHeader = section.flag("normalize_header") ?? true
    isStrict = section.flag("strict") ?? true
    fillsShortRows = section.text("ragged") == "fill"
    emptyIsNull = section.text("empty") != "text"
  }

  /// Returns the delimiter, of which `\t` is a spelling of the tab.
  static func delimiter(_ text: String) -> String { text == "\\t" ? "\t" : text }

  /// Returns a quote or escape; nil for `none`.
  static func character(_ text: String) -> UInt8? { text == "none" || text.isEmpty ? nil : text.utf8.first }
}
