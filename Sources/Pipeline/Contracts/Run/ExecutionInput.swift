/// The facts about a run that the ledger's row has, from the input of its execution. The state machine finds them by the
/// same rules. They are read one by one: the run itself has read the same input, and what it could not use does not matter
/// here.
public struct ExecutionInput: Decodable, Equatable, Sendable {
  /// The id of the dataset; nil if the input names none.
  public let dataset: String?
  public let jobType: String?
  /// True if the input names an event or an object.
  private let isOfEvent: Bool
  private let isReplay: Bool
  /// The trigger that the input says or shows; nil for a person's run.
  let givenTrigger: RunOpening.Trigger?

  /// False for an execution that is no run of a dataset: the start of a job, or an event that names nothing.
  public var isRun: Bool { dataset != nil || jobType == nil && !isOfEvent }
  public var trigger: RunOpening.Trigger {
    if isReplay { return .replay }
    return [.schedule, .event].first { $0 == givenTrigger } ?? .manual
  }

  private enum CodingKeys: String, CodingKey {
    case dataset, trigger, replay, detail, bucket, key
    case datasetID = "dataset_id"
    case jobType = "job_type"
  }

  /// The input of an execution whose own cannot be read.
  public init() {
    (dataset, jobType, givenTrigger) = (nil, nil, nil)
    (isOfEvent, isReplay) = (false, false)
  }

  /// - Throws: `DecodingError` for what is no object.
  public init(from decoder: any Decoder) throws {
    let top = try decoder.container(keyedBy: CodingKeys.self)
    let detail = try? top.nestedContainer(keyedBy: CodingKeys.self, forKey: .detail)
    func text(_ key: CodingKeys) -> String? {
      for container in [top, detail] {
        if let text = try? container?.decodeIfPresent(String.self, forKey: key), !text.isEmpty { return text }
      }
      return nil
    }
    dataset = text(.dataset) ?? text(.datasetID)
    jobType = text(.jobType)
    let hasDetail = ObjectKeys.isFilled(top, .detail)
    // Of a detail that is no object the generator makes no run.
    let isOdd = detail == nil && top.contains(.detail) && (try? top.decodeNil(forKey: .detail)) != true
    isOfEvent = hasDetail || isOdd || text(.bucket) != nil || text(.key) != nil
    isReplay = [top, detail].contains { (try? $0?.decodeIfPresent(ObjectKeys.self, forKey: .replay)) ?? nil != nil }
    let said = (try? top.decodeIfPresent(String.self, forKey: .trigger)).flatMap { $0 }
    givenTrigger = said.flatMap(RunOpening.Trigger.init(rawValue:)) ?? (hasDetail ? .event : nil)
  }
}
