import Foundation
import TestSupport

/// What a task of a state machine asks for: a function of Lambda's invoked, or a message published by SNS.
struct TaskCall {
  enum Subject {
    case function(Stage, payload: Data)
    case message(Message)
  }

  /// The part of the ARN that says whose stand-in is meant.
  let group: String
  let subject: Subject

  static func functionArn(_ stage: Stage, of group: String) -> String {
    "arn:aws:lambda:us-east-1:123456789012:function:\(group)-\(stage.rawValue)"
  }

  static func topicArn(of group: String) -> String { "arn:aws:sns:us-east-1:123456789012:\(group)" }

  init?(_ request: ScriptedServer.Request) {
    let path = request.target.split(separator: "/").map { $0.removingPercentEncoding ?? "" }
    if path.count == 4, path[1] == "functions", path[3] == "invocations" {
      let name = path[2].split(separator: ":").last?.split(separator: "-") ?? []
      guard name.count == 2, let stage = Stage(rawValue: String(name[1])) else { return nil }
      group = String(name[0])
      let payload = (try? jsonObject(String(decoding: request.body, as: UTF8.self))) ?? [:]
      let isOfLedger = stage == .loader && payload["ledger"] != nil
      let isOfRun = stage == .cache && payload["dates"] != nil
      subject = .function(isOfLedger ? .ledger : isOfRun ? .refresh : stage, payload: request.body)
    } else {
      let form = Self.form(String(decoding: request.body, as: UTF8.self))
      guard form["Action"] == "Publish", let topic = form["TopicArn"]?.split(separator: ":").last else { return nil }
      group = String(topic)
      subject = .message(Message(form))
    }
  }

  private static func form(_ body: String) -> [String: String] {
    var components = URLComponents()
    components.percentEncodedQuery = body.replacingOccurrences(of: "+", with: "%20")
    let items = components.queryItems ?? []
    return Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }
  }
}

/// The tasks of the state machine that invoke a function, under the names that the definition's variables have.
enum Stage: String, CaseIterable, Sendable {
  case generator = "DateRangeGenerator"
  case scraper = "Scraper"
  case loader = "Loader"
  case cache = "CacheManager"
  /// Is the loader's function too.
  case ledger = "Ledger"
  /// Is the cache manager's function too.
  case refresh = "Refresh"

  static let ofADate: [Stage] = [.scraper, .loader, .cache]

  /// The state that invokes it.
  var state: String {
    switch self {
    case .generator: "GenerateParams"
    case .scraper: "ExtractorTask"
    case .loader: "LoaderTask"
    case .cache: "CacheTask"
    case .ledger: "OpenRun"
    case .refresh: "RefreshCache"
    }
  }

  /// The error of a stage that answered, but not as it should.
  var refusal: String {
    switch self {
    case .generator: "ParamGeneratorFailed"
    case .scraper: "ExtractorFailed"
    case .loader: "LoaderFailed"
    case .cache: "CacheFailed"
    case .ledger, .refresh: ""
    }
  }
}

/// A message to the topic.
struct Message: Sendable {
  let subject: String
  /// The attribute that subscriptions filter by.
  let status: String?
  private let text: String

  init(_ form: [String: String]) {
    subject = form["Subject"] ?? ""
    text = form["Message"] ?? ""
    let isStatus =
      form["MessageAttributes.entry.1.Name"] == "status"
      && form["MessageAttributes.entry.1.Value.DataType"] == "String"
    status = isStatus ? form["MessageAttributes.entry.1.Value.StringValue"] : nil
  }

  func body() throws -> [String: Any] { try jsonObject(text) }
}

func jsonObject(_ text: String) throws -> [String: Any] {
  try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
}
