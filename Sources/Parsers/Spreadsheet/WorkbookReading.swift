import Contracts
import Processing
import Spreadsheet

/// Reads the series of a workbook, one sheet after the other: only the sheets that the definition names are parsed, and
/// one of them is in memory at once.
struct WorkbookReading {
  private let workbook: Spreadsheet
  private let rules: [SeriesRule]
  /// The body's own, without its bytes: those are free once the workbook is open.
  private let address: String
  private let origin: String
  /// The function's memory in MB, if that is what limits a workbook.
  private let memory: Int?

  /// - Throws: `SourceChanged` for bytes that are no workbook.
  init(_ body: RawBody, _ rules: [SeriesRule]) throws(PipelineError) {
    (address, origin, memory) = (body.address, body.origin, body.limit.memory)
    self.rules = rules
    do { workbook = try Spreadsheet(body.bytes, limits: SpreadsheetLimits(forFilesOf: body.limit.bytes)) } catch {
      throw Self.failure(error, address, memory)
    }
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
      do { sheet = try workbook.sheet(info) } catch { throw Self.failure(error, address, memory) }
      for rule in own {
        var reader = SeriesReader(rule, in: sheet, named: info.name, origin: origin)
        try reader.read(use)
      }
    }
  }

  /// Returns the sheet of a name. Sources write one name in different cases from year to year, and Excel takes them for the
  /// same: if no sheet has the very name, one that differs in case or in white space is it.
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
    let similar = workbook.sheets.filter { Self.folded($0.name) == Self.folded(rule.sheet) }
    guard similar.isEmpty else {
      let names = similar.prefix(20).map { "'\($0.name.shown)'" }.joined(separator: ", ")
      return RejectedRow(
        RowProblem(
          reason:
            "\(rule.code): the workbook has no sheet '\(rule.sheet.shown)', and several that differ from it in case or white "
            + "space only: \(names). Give the series' sheet one of these names"), key: rule.code)
    }
    let names = workbook.sheets.prefix(20).map { "'\($0.name.shown)'" }.joined(separator: ", ")
    let more = workbook.sheets.count > 20 ? " and \(workbook.sheets.count - 20) more" : ""
    return RejectedRow(
      RowProblem(
        reason:
          "\(rule.code): the workbook has no sheet '\(rule.sheet.shown)', so that the series has no points: it has "
          + "\(names)\(more). Correct the series' sheet"), key: rule.code)
  }

  private static func failure(_ error: SpreadsheetError, _ address: String, _ memory: Int?) -> PipelineError {
    let remedy =
      error.kind == .tooLarge ? memory.map { ". The function's \($0) MB limit it: more memory allows more" } ?? "" : ""
    return PipelineError(.sourceChanged, "\(address) \(error)\(remedy)")
  }
}
