import Contracts

/// The response to an event of the same kind.
public enum ReadAPIResponse: Encodable, Sendable {
  case answer(GatewayResponse)
  case report(FunctionResponse<ReportResponse>)

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .answer(let answer): try answer.encode(to: encoder)
    case .report(let report): try report.encode(to: encoder)
    }
  }
}
