/// A request to the loader: to load a document, or, with `{"ledger": …}`, to write a ledger event. EventBridge's event of
/// a run that was stopped is one, too.
public enum LoaderRequest: Codable, Equatable, Sendable {
  case load(LoadRequest)
  case ledger(LedgerRequest)

  private enum CodingKeys: CodingKey { case ledger, detail }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if container.contains(.ledger) {
      self = .ledger(try container.decode(LedgerRequest.self, forKey: .ledger))
    } else if container.contains(.detail) {
      self = .ledger(try ExecutionEvent(from: decoder).request)
    } else {
      self = .load(try LoadRequest(from: decoder))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .load(let request): try request.encode(to: encoder)
    case .ledger(let request):
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(request, forKey: .ledger)
    }
  }
}
