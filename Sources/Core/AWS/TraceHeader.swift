import Glibc

/// The X-Ray header by which AWS traces a call from service to service and detects functions that call themselves:
/// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader. It is not signed,
/// because intermediaries may rewrite it.
enum TraceHeader {
  static let name = "X-Amzn-Trace-Id"

  /// Returns the trace of the current invocation, nil outside Lambda, as in AWS's own SDKs. The runtime sets the variable
  /// for each invocation, so it is read from the process each time, not from the environment at start.
  static func current(in environment: [String: String]) -> String? {
    guard environment.nonEmpty("AWS_LAMBDA_FUNCTION_NAME") != nil, let value = getenv("_X_AMZN_TRACE_ID") else {
      return nil
    }
    return checked(String(cString: value))
  }

  /// Returns the value if a header may contain it, otherwise nil.
  static func checked(_ value: String) -> String? {
    !value.isEmpty && value.utf8.allSatisfy { (0x20...0x7E).contains($0) } ? value : nil
  }
}
