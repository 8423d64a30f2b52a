import Contracts
import Processing
import Spreadsheet

/// Reads the series of a workbook, one sheet after the other: only the sheets that the definition names are parsed, and
/// one of them is in memory at once.
struct WorkbookReading {
  private let workbook: Spreadsheet
  private let rules: [SeriesRule]
  private let body: RawBody

  /// - Throws: `SourceChanged` for bytes that are no workbook.
  init(_ body: RawBody, _ rules: [SeriesRule]) throws(PipelineError) {
    self.body = body
    self.rules = rules
    do { workbook = try Spreadsheet(body.bytes) } catch { throw Self.failure(error, body) }
  }

  /// The sheets of the workbook, in its order.
  var sheets: [Spreadsheet.SheetInfo] { workbook.sheets }

  /// Passes on the points, the sheets in the order in which the rules name them first. Hidden sheets are read as others.
  /// - Throws: `SourceChanged` for a sheet that is damaged: the workbook is cut, and no series of it can be trusted.
  func read(_ use: (Records) throws(PipelineError) -> Void) throws(PipelineError) {
    var read: Set<String> = []
    for rule in rules where read.insert(rule.sheet).inserted {
      let own = rules.filter { $0.sheet == rule.sheet }
      guard let info = sheet(named: rule.sheet) else {
        try use(Records(rejected: own.map(missing)))
        continue
      }
      if info.name != rule.sheet {
        var renamed = Records()
        renamed.warnings = [
          RowProblem(reason: "the sheet '\(rule.sheet)' is named '\(info.name)' in the workbook, and was read")
        ]
        try use(renamed)
      }
      let sheet: Sheet
      do { sheet = try workbook.sheet(info) } catch { throw Self.failure(error, body) }
      for rule in own {
        var reader = SeriesReader(rule, in: sheet, named: info.name, origin: body.origin)
        try reader.read(use)
      }
    }
  }

  /// Returns the sheet of a name. Sources write one name in different cases from year to year, and Excel takes them for the
  /// same: if no sheet has the very name, one that differs in case or in white space at its ends is it.
  private func sheet(named name: String) -> Spreadsheet.SheetInfo? {
    if let exact = workbook.sheets.first(where: { $0.name == name }) { return exact }
    let wanted = Self.folded(name)
    let similar = workbook.sheets.filter { Self.folded($0.name) == wanted }
    return similar.count == 1 ? similar[0] : nil
  }

  private static func folded(_ name: String) -> String {
    name.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private func missing(_ rule: SeriesRule) -> RejectedRow {
    let names = workbook.sheets.prefix(20).map { "'\($0.name.shown)'" }.joined(separator: ", ")
    let more = workbook.sheets.count > 20 ? " and \(workbook.sheets.count - 20) more" : ""
    return RejectedRow(
      RowProblem(
        reason:
          "\(rule.code): the workbook has no sheet '\(rule.sheet.shown)', so that the series has no points: it has "
          + "\(names)\(more). Correct the series' sheet"))
  }

  private static func failure(_ error: SpreadsheetError, _ body: RawBody) -> PipelineError {
    PipelineError(.sourceChanged, "\(body.address) \(error)")
  }
}
