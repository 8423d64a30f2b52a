/// An event of the function: a request of the gateway, or the state machine's wish for a report. A client of the gateway
/// cannot make the second one, because the gateway writes every key of its events.
public enum ReadAPIEvent: Decodable, Sendable {
  case request(GatewayRequest)
  case report(ReportRequest)

  private enum Key: String, CodingKey {
    case report
  }

  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: Key.self)
    self =
      keys.contains(.report)
      ? .report(try keys.decode(ReportRequest.self, forKey: .report)) : .request(try GatewayRequest(from: decoder))
  }
}
