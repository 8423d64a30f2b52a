import JSON
import Text

/// A request that is refused or cannot be answered: a document of RFC 9457 (`application/problem+json`).
public struct APIProblem: Error, Equatable, Sendable {
  /// A parameter that is not as its route declares it.
  public struct Fault: Equatable, Sendable {
    public let name: String
    public let location: RouteParameter.Location
    /// The rule: `must be a whole number from 1 to 1000`.
    public let message: String

    public init(_ name: String, in location: RouteParameter.Location = .query, _ message: String) {
      self.name = name
      self.location = location
      self.message = message
    }
  }

  public let status: Int
  public let detail: String
  public let faults: [Fault]
  public let headers: [String: String]

  public init(_ status: Int, _ detail: String, faults: [Fault] = [], headers: [String: String] = [:]) {
    self.status = status
    self.detail = detail
    self.faults = faults
    self.headers = headers
  }

  /// Status 422 with all wrong parameters.
  public static func parameters(_ faults: [Fault]) -> APIProblem {
    let names = faults.map { $0.name }.uniqued().joined(separator: ", ")
    return APIProblem(
      422, "\(faults.count == 1 ? "This parameter is" : "These parameters are") wrong: \(names)",
      faults: faults)
  }

  /// Status 503 for a large response while others are on their way.
  public static var busy: APIProblem {
    APIProblem(
      503, "Too many large responses are on their way; try again, or ask for fewer records at a time",
      headers: ["retry-after": "5"])
  }

  /// The document, with the request's id, which the log has too.
  public func response(requestID: String) -> APIResponse {
    var document: JSONObject = JSONObject()
    document["type"] = "about:blank"
    document["title"] = .string(ReasonPhrase.of(status))
    document["status"] = .number(JSONNumber(status))
    document["detail"] = .string(detail)
    if !faults.isEmpty {
      document["errors"] = .array(
        faults.map {
          ["name": .string($0.name), "in": .string($0.location.rawValue), "message": .string($0.message)]
        })
    }
    document["request_id"] = .string(requestID)
    var response = APIResponse(status: status, json: .object(document))
    response.headers.merge(headers) { _, own in own }
    response.headers["content-type"] = "application/problem+json"
    response.headers["cache-control"] = "no-store"
    return response
  }
}
