import FoundationEssentials
import JSON
import Time

/// A request that fits its route: what the handler gets.
public struct RouteCall: Sendable {
  public let request: APIRequest
  public let requestID: String
  /// The time of the request.
  public let now: Date
  /// The route's path: `/runs/{id}`.
  let path: String
  let values: [String: ParameterValue]

  /// A text that two requests have alike if they ask for the same, but for some parameters: the route and the values.
  public func question(without names: Set<String>) -> String {
    let given = values.filter { !names.contains($0.key) }.sorted { $0.key < $1.key }
    return ([path] + given.map { "\($0.key)=\($0.value.exactText)" }).joined(separator: "\u{0}")
  }

  public func text(_ name: String) -> String? { if case .text(let text)? = values[name] { text } else { nil } }
  public func integer(_ name: String) -> Int? { if case .integer(let int)? = values[name] { int } else { nil } }
  public func decimal(_ name: String) -> JSONNumber? {
    if case .decimal(let number)? = values[name] { number } else { nil }
  }
  public func date(_ name: String) -> CalendarDate? { if case .date(let date)? = values[name] { date } else { nil } }
  public func time(_ name: String) -> Date? { if case .time(let time)? = values[name] { time } else { nil } }
  public func flag(_ name: String) -> Bool? { if case .flag(let flag)? = values[name] { flag } else { nil } }
}
