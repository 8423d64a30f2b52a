import FoundationEssentials
import Time

/// A rule about two parameters of a route. The router refuses what breaks it, and the OpenAPI document has it.
public enum ParameterRule: Equatable, Sendable {
  /// The first is at most the second: `from` and `to`.
  case ordered(String, String)
  /// Only one of the two is given: `date` and `from`.
  case exclusive(String, String)
  /// The first is given only with the second: `within` and `near`.
  case needs(String, String)

  /// The rule as CommonMark, for the documentation.
  public var text: String {
    switch self {
    case .ordered(let least, let most): "`\(least)` is at most `\(most)`."
    case .exclusive(let name, let other): "`\(name)` cannot be given with `\(other)`."
    case .needs(let name, let other): "`\(name)` can be given only with `\(other)`."
    }
  }

  /// Returns what is wrong with values that fit their parameters one by one.
  func faults(in values: [String: ParameterValue]) -> [APIProblem.Fault] {
    switch self {
    case .ordered(let least, let most):
      guard let first = values[least], let second = values[most], first.isGreater(than: second) else { return [] }
      return [.init(least, "must be at most \(most)"), .init(most, "must be at least \(least)")]
    case .exclusive(let name, let other):
      guard values[name] != nil, values[other] != nil else { return [] }
      return [.init(name, "must not be with \(other)"), .init(other, "must not be with \(name)")]
    case .needs(let name, let other):
      guard values[name] != nil, values[other] == nil else { return [] }
      return [.init(name, "means nothing without \(other)")]
    }
  }
}

extension ParameterValue {
  /// True for two values of one kind that has an order.
  fileprivate func isGreater(than other: ParameterValue) -> Bool {
    switch (self, other) {
    case (.date(let left), .date(let right)): left > right
    case (.time(let left), .time(let right)): left > right
    default: false
    }
  }
}
