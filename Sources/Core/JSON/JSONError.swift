/// A text that is not JSON, with the place where reading stopped.
public struct JSONError: Error, Equatable, CustomStringConvertible {
  public let problem: String
  /// From 1.
  public let line: Int
  /// Bytes, from 1.
  public let column: Int

  public var description: String { "line \(line), column \(column): \(problem)" }
}
