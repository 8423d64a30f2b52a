import Foundation

/// Why a date, or a whole run, failed: the name that the state machine knows, and a sentence.
struct RunFailure: Hashable {
  let name: String
  let message: String

  init(name: String, message: String) {
    self.name = name
    self.message = message
  }

  /// From an execution's error and cause. A function's cause is its error document; others are texts.
  init(error: String?, cause: String?) {
    struct Document: Decodable {
      let errorMessage: String?
      let errorType: String?
    }
    let cause = cause ?? ""
    let document = try? JSONDecoder().decode(Document.self, from: Data(cause.utf8))
    name = error ?? document?.errorType ?? "unknown"
    switch (name, document?.errorMessage) {
    case ("States.ExceedToleratedFailureThreshold", _):
      message = "more dates failed than a run bears"
    case (_, let text?) where !text.isEmpty: message = TextWidth.cleaned(text)
    default: message = TextWidth.cleaned(cause)
    }
  }

  var description: String { message.isEmpty ? name : "\(name): \(message)" }
}
