/// Finds the end of a JSON value in a text that comes in parts. It looks at brackets and quotation marks only: the value is
/// checked when it is parsed.
public struct JSONValueScanner {
  private enum State {
    case start
    /// Within lists and objects.
    case nested
    /// Within the text of a string.
    case text
    /// Behind a backslash.
    case escape
    /// A number or a literal, which ends before the first other byte.
    case plain
  }

  private var state = State.start
  private var depth = 0

  public init() {}

  /// True for a number or a literal, which may end with the text.
  public var isPlain: Bool { state == .plain }

  /// Goes on with the next bytes of the value.
  /// - Parameter start: the place of the first byte that was not given before.
  /// - Returns: the place behind the value; nil if it goes on behind the bytes.
  public mutating func end(in bytes: [UInt8], from start: Int) -> Int? {
    let text = bytes.span
    var index = start
    while index < text.count {
      let byte = text[index]
      switch state {
      case .text:
        if byte == UInt8(ascii: "\"") {
          state = .nested
          if depth == 0 { return index + 1 }
        } else if byte == UInt8(ascii: "\\") {
          state = .escape
        }
      case .escape: state = .text
      case .plain:
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ":"), 0x20, 0x09, 0x0A, 0x0D:
          return index
        default: break
        }
      case .start, .nested:
        switch byte {
        case UInt8(ascii: "\""): state = .text
        case UInt8(ascii: "{"), UInt8(ascii: "["):
          depth += 1
          state = .nested
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
          depth -= 1
          if depth <= 0 { return index + 1 }
        default: if state == .start { state = .plain }
        }
      }
      index += 1
    }
    return nil
  }
}

/// A place in a text, for messages.
public struct JSONPlace {
  /// From 1.
  public private(set) var line = 1
  /// Bytes, from 1.
  public private(set) var column = 1

  public init() {}

  /// Moves behind some bytes.
  public mutating func pass(_ bytes: ArraySlice<UInt8>) {
    for byte in bytes {
      if byte == 0x0A {
        line += 1
        column = 1
      } else {
        column += 1
      }
    }
  }

  /// Returns the place of an error in a part of the text that begins here.
  public func moved(_ error: JSONError) -> JSONError {
    JSONError(
      problem: error.problem, line: line + error.line - 1,
      column: error.line == 1 ? column + error.column - 1 : error.column)
  }

  /// Returns an error here.
  public func error(_ problem: String) -> JSONError { JSONError(problem: problem, line: line, column: column) }
}
