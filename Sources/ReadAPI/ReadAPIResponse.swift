import Contracts

/// The response to an event of the same kind.
public enum ReadAPIResponse: Encodable, Sendable {
  case response(GatewayResponse)
  case report(FunctionResponse<ReportResponse>)

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .response(let response): try response.encode(to: encoder)
    case .report(let report): try report.encode(to: encoder)
    }
  }
}
