import Contracts
import JSON

/// The message about a run that is complete, with system 004's fields: `{"Subject":…,"Name":…,"StartTime":…}`.
public struct CompletionMessage: Equatable, Sendable {
  public let subject: String
  public let text: String

  init(_ run: RunCompletion, subject: String) {
    self.subject = subject
    let fields: [JSONObject.Member] = [
      ("Subject", .string(subject)), ("Name", .string(run.run)), ("StartTime", .string(run.startedAt)),
    ]
    text = JSONValue.object(JSONObject(unique: fields)).text
  }
}
