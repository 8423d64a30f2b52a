/// A workbook: .xls (Excel 97 to 2003), .xlsx or .xlsm. Its sheets are read one by one, when they are asked for.
public struct Spreadsheet: Sendable {
  /// A sheet, which is not read yet.
  public struct SheetInfo: Equatable, Sendable {
    public let name: String
    /// False if the workbook hides it.
    public let isVisible: Bool
    /// The place in `sheets`.
    let index: Int
  }

  /// The worksheets, in the workbook's order. Sheets of charts and macros are left out.
  public let sheets: [SheetInfo]
  private let workbook: any Workbook

  /// Reads all of a workbook but the sheets. The bytes decide the format, not the name of the file.
  /// - Parameter bytes: the whole file.
  public init(_ bytes: [UInt8], limits: SpreadsheetLimits = SpreadsheetLimits()) throws(SpreadsheetError) {
    workbook = try WorkbookFormat.open(bytes, limits: limits)
    sheets = workbook.sheets.enumerated().map { SheetInfo(name: $1.name, isVisible: $1.isVisible, index: $0) }
  }

  /// Reads a sheet.
  /// - Parameter info: one of this workbook's `sheets`.
  public func sheet(_ info: SheetInfo) throws(SpreadsheetError) -> Sheet { try workbook.sheet(at: info.index) }
}

/// A workbook of one format.
protocol Workbook: Sendable {
  var sheets: [(name: String, isVisible: Bool)] { get }
  /// - Parameter index: that of one of the `sheets`.
  func sheet(at index: Int) throws(SpreadsheetError) -> Sheet
}
