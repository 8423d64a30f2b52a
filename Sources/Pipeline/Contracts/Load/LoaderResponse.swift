/// A response of the loader.
public enum LoaderResponse: Codable, Equatable, Sendable {
  case load(FunctionResponse<LoadResponse>)
  case ledger(FunctionResponse<LedgerResponse>)

  private enum CodingKeys: CodingKey { case body }
  private enum BodyKeys: CodingKey { case ledger, run }

  public init(from decoder: any Decoder) throws {
    let body = try decoder.container(keyedBy: CodingKeys.self).nestedContainer(keyedBy: BodyKeys.self, forKey: .body)
    self =
      body.contains(.run)
      ? .ledger(try FunctionResponse(from: decoder)) : .load(try FunctionResponse(from: decoder))
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .load(let response): try response.encode(to: encoder)
    case .ledger(let response): try response.encode(to: encoder)
    }
  }
}
