import Contracts

extension ItemFailure {
  /// The failure as the command line shows it.
  var readableFailure: RunFailure {
    stage == nil && error == Self.unrecorded
      ? RunFailure(name: error, message: "the failure could not be recorded when it happened; Step Functions has it")
      : RunFailure(error: error, cause: cause)
  }

  var location: String { stage.map { "failed in \($0.rawValue)" } ?? "failed" }
}
