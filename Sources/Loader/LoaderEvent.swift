import Pipeline

/// What the loader is asked: to load a document, or, with `{"ledger": …}`, to note something of a run.
public enum LoaderEvent: Decodable {
  case load(LoaderRequest)
  case ledger(LedgerRequest)

  private enum CodingKeys: CodingKey { case ledger }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if container.contains(.ledger) {
      self = .ledger(try container.decode(LedgerRequest.self, forKey: .ledger))
    } else {
      self = .load(try LoaderRequest(from: decoder))
    }
  }
}

/// The answer, in the shape that all functions have.
public enum LoaderAnswer: Encodable {
  case load(Answer<LoaderBody>)
  case ledger(Answer<LedgerBody>)

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .load(let answer): try answer.encode(to: encoder)
    case .ledger(let answer): try answer.encode(to: encoder)
    }
  }
}
