/// The body of a response of the date-range generator.
public enum GeneratorResponse: Codable, Equatable, Sendable {
  case plan(PlanResponse)
  case job(JobResponse)

  private enum CodingKeys: CodingKey { case executions }

  public init(from decoder: any Decoder) throws {
    let isJob = try decoder.container(keyedBy: CodingKeys.self).contains(.executions)
    self = isJob ? .job(try JobResponse(from: decoder)) : .plan(try PlanResponse(from: decoder))
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .plan(let response): try response.encode(to: encoder)
    case .job(let response): try response.encode(to: encoder)
    }
  }
}
