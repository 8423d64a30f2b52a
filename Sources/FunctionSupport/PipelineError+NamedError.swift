import Contracts
import LambdaRuntime

/// The runtime reports a `PipelineError` under its stable name.
extension PipelineError: NamedError {
  public var errorType: String { name.rawValue }
  public var errorMessage: String { message }
}
