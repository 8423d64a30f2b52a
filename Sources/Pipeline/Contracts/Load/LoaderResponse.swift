/// A response of the loader.
public enum LoaderResponse: Codable, Equatable, Sendable {
  case load(FunctionResponse<LoadResponse>)
  case ledger(FunctionResponse<LedgerResponse>)
  /// In the form that Lambda's event source mapping reads.
  case stream(StreamResponse)

  private enum CodingKeys: CodingKey { case body, batchItemFailures }
  private enum BodyKeys: CodingKey { case ledger, run }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard !container.contains(.batchItemFailures) else {
      self = .stream(try StreamResponse(from: decoder))
      return
    }
    let body = try container.nestedContainer(keyedBy: BodyKeys.self, forKey: .body)
    self =
      body.contains(.run)
      ? .ledger(try FunctionResponse(from: decoder)) : .load(try FunctionResponse(from: decoder))
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .load(let response): try response.encode(to: encoder)
    case .ledger(let response): try response.encode(to: encoder)
    case .stream(let response): try response.encode(to: encoder)
    }
  }
}
