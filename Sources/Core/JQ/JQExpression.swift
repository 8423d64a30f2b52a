import JSON

/// An expression of jq in a definition: a path, which is evaluated without libjq, or any filter.
public struct JQExpression: CustomStringConvertible {
  private enum Content {
    case path(JSONSelector)
    case filter(JQFilter)
  }

  /// The expression as written.
  public let description: String
  private let content: Content

  /// - Parameters:
  ///   - place: the file, line and key, for messages.
  ///   - filters: the program to which an expression that is more than a path is added.
  /// - Throws: as `JQFilters.add`.
  public init(_ text: String, at place: String, in filters: JQFilters) throws(JQError) {
    description = text
    if let path = JSONSelector(text) {
      content = .path(path)
    } else {
      content = .filter(try filters.add(text, at: place))
    }
  }

  /// The path, if the expression is no more than one.
  public var path: JSONSelector? { if case .path(let path) = content { path } else { nil } }

  /// Returns the outputs for an input, or the problem in jq's words.
  /// - Throws: `JQError` as `JQFilter.outcomes`.
  public func outcome(of input: JSONValue) throws(JQError) -> JQOutcome {
    switch content {
    case .filter(let filter): return try filter.outcome(of: input)
    case .path(let path):
      do {
        return JQOutcome(try path.values(in: input))
      } catch {
        return JQOutcome(problem: error.problem)
      }
    }
  }
}
