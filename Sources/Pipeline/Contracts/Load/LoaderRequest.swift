/// A request to the loader: to load a document, or, with `{"ledger": …}`, to write a ledger event. EventBridge's event of
/// a run that was stopped is one, too, and so is a batch of a Kinesis stream.
public enum LoaderRequest: Codable, Equatable, Sendable {
  case load(LoadRequest)
  case ledger(LedgerRequest)
  /// The end of an execution that was no run of a dataset, but the start of a job: the ledger has nothing of it.
  case noRun(String)
  case stream(StreamEvent)

  private enum CodingKeys: String, CodingKey {
    case ledger, detail
    case records = "Records"
    case noRun = "no_run"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if container.contains(.ledger) {
      self = .ledger(try container.decode(LedgerRequest.self, forKey: .ledger))
    } else if container.contains(.detail) {
      let event = try ExecutionEvent(from: decoder)
      self = event.request.map { .ledger($0) } ?? .noRun(event.run)
    } else if container.contains(.noRun) {
      self = .noRun(try container.decode(String.self, forKey: .noRun))
    } else if container.contains(.records) {
      self = .stream(try StreamEvent(from: decoder))
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
    case .noRun(let name):
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(name, forKey: .noRun)
    case .stream(let event): try event.encode(to: encoder)
    }
  }
}
