import Foundation
import TestSupport

/// Functions and a topic that behave as a test says, and remember what they were asked.
final class StandIns: Sendable {
  struct Invocation: Sendable {
    let stage: Stage
    /// Empty for the generator, which is asked for no one date.
    let date: String
    /// Counts from 1, for each stage and date.
    let attempt: Int
    let payload: Data
  }

  enum Behaviour: Sendable {
    case works
    case answers(String)
    /// The function reports an error.
    case fails(String, String)
    /// Lambda itself refuses the call.
    case refused(Int, String)
  }

  private struct Memory {
    var invocations: [Invocation] = []
    var messages: [Message] = []
  }

  private let dates: [String]
  private let topicWorks: Bool
  private let behaviour: @Sendable (Invocation) -> Behaviour
  private let memory = Locked(Memory())

  var messages: [Message] { memory.change { $0.messages } }
  func invocations(of stage: Stage) -> [Invocation] {
    memory.change { $0.invocations.filter { $0.stage == stage } }
  }

  init(dates: [String], topicWorks: Bool, _ behaviour: @escaping @Sendable (Invocation) -> Behaviour) {
    self.dates = dates
    self.topicWorks = topicWorks
    self.behaviour = behaviour
  }

  func answer(_ call: TaskCall) -> ScriptedServer.Reply {
    switch call.subject {
    case .message(let message):
      memory.change { $0.messages.append(message) }
      return topicWorks
        ? .http(200, [], "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>")
        : .http(
          500, [],
          "<ErrorResponse><Error><Code>InternalError</Code><Message>down</Message></Error><RequestId>1</RequestId></ErrorResponse>"
        )
    case .function(let stage, let payload):
      let date = Self.date(of: payload)
      let invocation = memory.change { memory in
        let earlier = memory.invocations.count { $0.stage == stage && $0.date == date }
        memory.invocations.append(Invocation(stage: stage, date: date, attempt: earlier + 1, payload: payload))
        return memory.invocations[memory.invocations.count - 1]
      }
      return reply(behaviour(invocation), to: invocation)
    }
  }

  private func reply(_ behaviour: Behaviour, to invocation: Invocation) -> ScriptedServer.Reply {
    switch behaviour {
    case .works: return .http(200, [], rightAnswer(to: invocation))
    case .answers(let payload): return .http(200, [], payload)
    case .fails(let name, let message):
      let document = #"{"errorType":"\#(name)","errorMessage":"\#(message)","stackTrace":[]}"#
      return .http(200, [("X-Amz-Function-Error", "Unhandled")], document)
    case .refused(let status, let code):
      return .http(status, [("x-amzn-ErrorType", code), ("x-amzn-RequestId", "1")], #"{"Message":"Lambda refuses"}"#)
    }
  }

  private static func date(of payload: Data) -> String {
    struct Payload: Decodable {
      struct Query: Decodable { let date: String? }
      struct Ledger: Decodable {
        struct Failure: Decodable { let date: String }
        let failed: Failure?
      }
      let date: String?
      let queryStringParameters: Query?
      let ledger: Ledger?
    }
    let decoded = try? JSONDecoder().decode(Payload.self, from: payload)
    return decoded?.date ?? decoded?.queryStringParameters?.date ?? decoded?.ledger?.failed?.date ?? ""
  }

  /// In the shapes of the real functions.
  private func rightAnswer(to invocation: Invocation) -> String {
    let body =
      switch invocation.stage {
      case .generator: #"{"dates":\#(dates)}"#
      case .scraper: #"{"s3_key":"raw/\#(invocation.date).json","pages":{"read":9,"failed":1}}"#
      case .loader:
        #"{"status":"success","counts":{"events":{"found":10,"new":4,"changed":3,"unchanged":3,"rejected":0,"cancelled":5}}}"#
      case .cache: #"{"event_count":9}"#
      case .ledger, .refresh: #"{"status":"success"}"#
      }
    return #"{"statusCode":200,"headers":{},"body":\#(body)}"#
  }
}
