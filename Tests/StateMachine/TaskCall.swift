import Foundation
import TestSupport

/// A request of a task: the invocation of a Lambda function, the publication of an SNS message, or the start of an
/// execution.
struct TaskCall {
  enum Subject {
    case function(MachineTask, payload: Data)
    case message(Message)
    case start(StartedRun)
  }

  /// The part of the ARN that identifies the fake functions.
  let group: String
  let subject: Subject

  /// The name of the run's machine, which is the group's, in an expression of the definition: so all tests have the same
  /// definition, which the interpreter parses once in 0.3 s. In an item's execution the Map's label follows it.
  private static let groupExpression = "$split($states.context.StateMachine.Name, '/')[0]"

  static func functionArn(_ task: MachineTask) -> String {
    "{% 'arn:aws:lambda:us-east-1:123456789012:function:' & \(groupExpression) & '-\(task.rawValue)' %}"
  }

  static let topicArn = "{% 'arn:aws:sns:us-east-1:123456789012:' & \(groupExpression) %}"

  init?(_ request: ScriptedServer.Request) {
    let path = request.target.split(separator: "/").map { $0.removingPercentEncoding ?? "" }
    if path.count == 4, path[1] == "functions", path[3] == "invocations" {
      let name = path[2].split(separator: ":").last?.split(separator: "-") ?? []
      guard name.count == 2, let task = MachineTask(rawValue: String(name[1])) else { return nil }
      group = String(name[0])
      let payload = (try? jsonObject(request.body)) ?? [:]
      let isLedgerEvent = task == .load && payload["ledger"] != nil
      let isRefresh = task == .cache && payload["items"] != nil
      let isList = task == .cache && payload["changed_since"] != nil
      subject = .function(
        isLedgerEvent ? .ledger : isRefresh ? .refresh : isList ? .listChanged : task, payload: request.body)
    } else if request.header("x-amz-target") == "AWSStepFunctions.StartExecution" {
      guard let start = try? JSONDecoder().decode(StartedRun.self, from: request.body),
        let machine = start.stateMachineArn.split(separator: ":").last
      else { return nil }
      group = String(machine)
      subject = .start(start)
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

func jsonObject(_ data: some DataProtocol) throws -> [String: Any] {
  try JSONSerialization.jsonObject(with: Data(data)) as? [String: Any] ?? [:]
}

func jsonObject(_ text: String) throws -> [String: Any] { try jsonObject(text.utf8.map { $0 }) }
