import Contracts
import JSON

/// The causes in a run's JSON: that of a function is its error document, of which a client gets the message.
enum RunCauses {
  private static let member = "cause"

  /// - Parameter run: a run, with its items or without.
  static func readable(_ run: String) -> String {
    guard run.contains("errorMessage"), case .object(var object)? = try? JSONValue(parsing: Array(run.utf8)) else {
      return run
    }
    unwrap(&object)
    if let items = object["items"]?.array {
      object["items"] = .array(
        items.map { item in
          guard case .object(var object) = item else { return item }
          unwrap(&object)
          return .object(object)
        })
    }
    return JSONValue.object(object).text
  }

  private static func unwrap(_ object: inout JSONObject) {
    if let cause = object[member]?.string { object[member] = .string(ErrorDocument.message(of: cause)) }
  }
}
