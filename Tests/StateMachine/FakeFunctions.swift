import Foundation
import TestSupport

/// Functions and a topic that behave as a test defines and record their requests.
final class FakeFunctions: Sendable {
  struct Invocation: Sendable {
    let task: MachineTask
    /// The id of the work item; empty for a task that is not about one item.
    let item: String
    /// The number of this attempt, from 1, of the task for the item.
    let attempt: Int
    let payload: Data

    func object() throws -> [String: Any] { try jsonObject(payload) }
  }

  enum Behaviour: Sendable {
    /// Responds as the real function does after success.
    case succeeds
    /// Responds with this payload.
    case responds(String)
    /// The function reports an error: its name and message.
    case fails(String, String)
    /// Lambda itself refuses the call: the status and the error code.
    case refuses(Int, String)
  }

  private struct Memory {
    var invocations: [Invocation] = []
    var messages: [Message] = []
    var starts: [StartedRun] = []
  }

  private let dates: [String]
  private let topicWorks: Bool
  private let behaviour: @Sendable (Invocation) -> Behaviour
  private let starting: StartedRun.Replies
  private let memory = Locked(Memory())

  /// The calls that start executions.
  var starts: [StartedRun] { memory.change { $0.starts } }
  var messages: [Message] { memory.change { $0.messages } }
  func invocations(of task: MachineTask) -> [Invocation] {
    memory.change { $0.invocations.filter { $0.task == task } }
  }

  /// - Parameters:
  ///   - dates: the dates that the generator plans.
  ///   - starting: the replies to calls that start executions.
  ///   - behaviour: returns the outcome of an invocation.
  init(
    dates: [String], topicWorks: Bool, starting: StartedRun.Replies,
    _ behaviour: @escaping @Sendable (Invocation) -> Behaviour
  ) {
    self.dates = dates
    self.starting = starting
    self.topicWorks = topicWorks
    self.behaviour = behaviour
  }

  func respond(to call: TaskCall) -> ScriptedServer.Reply {
    switch call.subject {
    case .message(let message):
      memory.change { $0.messages.append(message) }
      return topicWorks
        ? .http(200, [], "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>")
        : .http(
          500, [],
          "<ErrorResponse><Error><Code>InternalError</Code><Message>down</Message></Error><RequestId>1</RequestId></ErrorResponse>"
        )
    case .start(let start):
      memory.change { $0.starts.append(start) }
      return starting.reply(start)
    case .function(let task, let payload):
      let item = Self.item(of: payload)
      let invocation = memory.change { memory in
        let earlier = memory.invocations.count { $0.task == task && $0.item == item }
        memory.invocations.append(Invocation(task: task, item: item, attempt: earlier + 1, payload: payload))
        return memory.invocations[memory.invocations.count - 1]
      }
      return reply(behaviour(invocation), to: invocation)
    }
  }

  private func reply(_ behaviour: Behaviour, to invocation: Invocation) -> ScriptedServer.Reply {
    switch behaviour {
    case .succeeds: return .http(200, [], success(of: invocation))
    case .responds(let payload): return .http(200, [], payload)
    case .fails(let name, let message):
      let document = #"{"errorType":"\#(name)","errorMessage":"\#(message)","stackTrace":[]}"#
      return .http(200, [("X-Amz-Function-Error", "Unhandled")], document)
    case .refuses(let status, let code):
      return .http(status, [("x-amzn-ErrorType", code), ("x-amzn-RequestId", "1")], #"{"Message":"Lambda refuses"}"#)
    }
  }

  private static func item(of payload: Data) -> String {
    struct Payload: Decodable {
      struct Item: Decodable { let id: String }
      struct Ledger: Decodable {
        struct Failure: Decodable { let item: Item }
        let failed: Failure?
      }
      let item: Item?
      let ledger: Ledger?
    }
    let decoded = try? JSONDecoder().decode(Payload.self, from: payload)
    return decoded?.item?.id ?? decoded?.ledger?.failed?.item.id ?? ""
  }

  /// Returns the parts of the real functions' responses that the state machine reads.
  private func success(of invocation: Invocation) -> String {
    let counts = #"{"found":10,"new":4,"changed":3,"unchanged":3,"rejected":0,"cancelled":5}"#
    let body =
      switch invocation.task {
      case .plan:
        #"{"items":[\#(dates.map { #"{"id":"\#($0)","date":"\#($0)"}"# }.joined(separator: ","))],"dates":\#(dates)}"#
      case .scrape: #"{"s3_key":"raw/\#(invocation.item).json","pages":{"read":9,"failed":1}}"#
      case .load: #"{"status":"success","records":\#(counts),"counts":{"events":\#(counts)}}"#
      case .cache: #"{"event_count":9}"#
      case .ledger, .refresh: #"{"status":"success"}"#
      case .listChanged: #"{"status":"success","items":[]}"#
      case .enrich:
        #"{"status":"success","embedded":{"events":3},"geocoded":{"looked_up":2,"found":1},"links":{"compared":5},"more":false,"notes":[]}"#
      case .report: #"{"status":"success","key":"reports/r.html","uri":"s3://bucket/reports/r.html"}"#
      }
    return #"{"statusCode":200,"headers":{},"body":\#(body)}"#
  }
}
