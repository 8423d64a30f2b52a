import Glibc

/// The X-Ray header by which AWS follows a call from service to service, and finds functions that call themselves:
/// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader. It is not signed:
/// what passes a request on may write it anew.
enum TraceHeader {
  static let name = "X-Amzn-Trace-Id"

  /// What the invocation that is being worked on has brought along. The runtime sets the variable for each invocation, so
  /// the process is asked each time, and not what it began with. Outside of Lambda there is none, as for AWS's own SDKs.
  static func current(in environment: [String: String]) -> String? {
    guard environment.nonEmpty("AWS_LAMBDA_FUNCTION_NAME") != nil, let value = getenv("_X_AMZN_TRACE_ID") else {
      return nil
    }
    return checked(String(cString: value))
  }

  /// Nil for what may not stand in a header.
  static func checked(_ value: String) -> String? {
    !value.isEmpty && value.utf8.allSatisfy { (0x20...0x7E).contains($0) } ? value : nil
  }
}
