import FoundationEssentials
import Text

/// A failure, as it is reported to the runtime API. The bytes depend on the error alone.
struct ErrorReport: Equatable {
  /// The error's name. Letters, digits, `.`, `_` and `-` only, because it is sent in a header.
  let type: String
  let message: String

  /// The limit of a message in bytes. Step Functions keeps 32 KiB of a cause and cuts longer ones.
  static let maximumMessageBytes = 16 << 10
  /// X-Ray's limit of the header in bytes, https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
  static let maximumCauseBytes = 64 << 10

  init(type: String, message: String) {
    let known = type.unicodeScalars.filter {
      $0.isASCII && ($0.properties.isAlphabetic || "0123456789._-".unicodeScalars.contains($0))
    }
    self.type = known.isEmpty ? "Unknown" : String(String.UnicodeScalarView(known))
    self.message = String(decoding: message.utf8.prefix(Self.maximumMessageBytes), as: UTF8.self)
  }

  /// - Parameter event: the event, if there was one. None of its values is shown.
  init(_ error: any Error, event: Data = Data()) {
    switch error {
    case let error as any NamedError:
      self.init(type: error.errorType, message: error.errorMessage)
    case let error as DecodingError:
      self.init(type: "InvalidInput", message: error.summary(of: "the event", in: event))
    default:
      self.init(type: "\(Swift.type(of: error))", message: "\(error)")
    }
  }

  /// The body of `/error` and `/init/error`. Swift errors have no stack trace.
  var body: Data {
    Data("{\"errorMessage\":\(message.quotedForLog),\"errorType\":\(type.quotedForLog),\"stackTrace\":[]}".utf8)
  }

  /// The value of `Lambda-Runtime-Function-Error-Type`.
  var headerType: String { "Function.\(type)" }

  /// The value of `Lambda-Runtime-Function-XRay-Error-Cause`: one line of ASCII.
  var cause: String {
    var shown = message
    while true {
      let text = shown.quotedForJSON(escaping: .nonASCII)
      let cause =
        "{\"working_directory\":\"\",\"exceptions\":[{\"type\":\(type.quotedForLog),\"message\":\(text),\"stack\":[]}],\"paths\":[]}"
      if cause.utf8.count <= Self.maximumCauseBytes { return cause }
      shown = String(shown.prefix(shown.count / 2))
    }
  }
}
