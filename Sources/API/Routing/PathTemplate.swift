/// The path of a route, cut into its segments.
struct PathTemplate: Sendable {
  private enum Segment: Sendable {
    case fixed(String)
    case parameter(String)
  }

  private let segments: [Segment]
  /// The number of parameters: of two templates that fit, the one with fewer is meant.
  let parameterCount: Int

  init(_ path: String) {
    segments = Self.cut(path).map {
      $0.hasPrefix("{") && $0.hasSuffix("}") ? .parameter(String($0.dropFirst().dropLast())) : .fixed(String($0))
    }
    parameterCount = segments.count { if case .parameter = $0 { true } else { false } }
  }

  /// Returns the parameters' values; nil for a path of another route.
  /// - Parameter path: the path's segments without escapes.
  func values(of path: [String]) -> [String: String]? {
    guard path.count == segments.count else { return nil }
    var values: [String: String] = [:]
    for (segment, text) in zip(segments, path) {
      switch segment {
      case .fixed(let name): guard name == text else { return nil }
      case .parameter(let name):
        guard !text.isEmpty else { return nil }
        values[name] = text
      }
    }
    return values
  }

  static func cut(_ path: String) -> [Substring] {
    path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { $0 }
  }
}
