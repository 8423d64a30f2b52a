import Text

/// The parameters of a request, compared with those that its route declares. It finds all faults, not only the first.
struct RouteInput {
  private(set) var values: [String: ParameterValue] = [:]
  private var faults: [APIProblem.Fault] = []

  /// - Parameters:
  ///   - path: the values of the path's parameters.
  ///   - query: the query's names and values, in their order.
  /// - Throws: status 422, which names every unknown, repeated, missing and wrong parameter, and those that contradict
  ///   each other.
  init(path: [String: String], query: [(name: String, value: String)], of route: Route) throws(APIProblem) {
    for parameter in route.parameters where parameter.location == .path {
      read(path[parameter.name], as: parameter)
    }
    let declared = route.parameters.filter { $0.location == .query }
    var given: [String: String] = [:]
    for (name, value) in query {
      if !declared.contains(where: { $0.name == name }) {
        let known = declared.isEmpty ? "none is known here" : "known: \(declared.map(\.name).joined(separator: ", "))"
        refuse(name, "is not a parameter of \(route.path); \(known)")
      } else if given.updateValue(value, forKey: name) != nil {
        refuse(name, "must not be given twice")
      }
    }
    for parameter in declared where !faults.contains(where: { $0.name == parameter.name }) {
      read(given[parameter.name], as: parameter)
    }
    for fault in route.rules.flatMap({ $0.faults(in: values) }) { refuse(fault.name, fault.message) }
    guard faults.isEmpty else { throw .parameters(faults) }
  }

  private mutating func read(_ text: String?, as parameter: RouteParameter) {
    guard let text else {
      if parameter.isRequired { faults.append(.init(parameter.name, in: parameter.location, "is required")) }
      return
    }
    if let value = parameter.kind.value(of: text) {
      values[parameter.name] = value
    } else {
      faults.append(.init(parameter.name, in: parameter.location, parameter.kind.rule))
    }
  }

  private mutating func refuse(_ name: String, _ message: String) {
    let fault = APIProblem.Fault(String(name.prefix(100)), message)
    // A client may send hundreds; the first twenty are enough to find the mistake.
    if faults.count < 20, !faults.contains(fault) { faults.append(fault) }
  }

  /// Cuts a query into names and values; nil for one with a broken escape.
  static func pairs(of query: String) -> [(name: String, value: String)]? {
    var pairs: [(String, String)] = []
    for part in query.split(separator: "&") {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = decode(sides[0]), let value = decode(sides.count > 1 ? sides[1] : "") else { return nil }
      pairs.append((name, value))
    }
    return pairs
  }

  private static func decode(_ text: Substring) -> String? {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "%") }) else { return String(text) }
    return PercentEncoding.decodeStrictly(String(text.map { $0 == "+" ? " " : $0 }))
  }
}
