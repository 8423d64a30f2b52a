/// A reason why a workbook, or a sheet of it, cannot be read.
public struct SpreadsheetError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A class of errors.
  public enum Kind: String, Sendable {
    /// The bytes are something else, such as a web page.
    case foreign
    /// The bytes are a workbook of a format, or with encryption, that this module does not read.
    case unsupported
    /// The file is cut off, or contradicts itself.
    case damaged
    /// The file exceeds a limit. Reading stopped there.
    case tooLarge
  }

  public let kind: Kind
  /// The end of a sentence that begins with the file's address: what is wrong, and what to do.
  public let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// - Parameter detail: a sentence about what contradicts the format.
  static func damaged(_ detail: String) -> SpreadsheetError {
    SpreadsheetError(.damaged, "is damaged: \(detail). Get the file again, and open it in a spreadsheet program")
  }

  /// - Parameters:
  ///   - format: the name of what the file is.
  ///   - remedy: what a person can do.
  static func unsupported(_ format: String, _ remedy: String = "save it as .xlsx") -> SpreadsheetError {
    SpreadsheetError(.unsupported, "is \(format), which is not read: \(remedy)")
  }

  /// - Parameter found: what exceeds the limit, and the limit.
  static func tooLarge(_ found: String) -> SpreadsheetError {
    SpreadsheetError(.tooLarge, "has \(found): split the workbook, or remove the sheets and cells that are not needed")
  }
}
