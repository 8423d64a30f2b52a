/// The body of the date-range generator's response to the start of a job without a dataset: a run of each dataset that
/// declares the job type. The state machine starts them.
///
///     {"status": "success", "job_type": "hourly", "executions": [
///       {"name": "RUN-news", "input": {"dataset": "news", "job_type": "hourly", "trigger": "schedule"}}]}
public struct JobResponse: Codable, Equatable, Sendable {
  /// An execution to start.
  public struct Start: Codable, Equatable, Sendable {
    /// The same in each attempt at the same job run, so that a repetition starts nothing.
    public let name: String
    public let input: RunRequest
  }

  public let status: String
  public let jobType: String
  public let executions: [Start]

  enum CodingKeys: String, CodingKey {
    case status, executions
    case jobType = "job_type"
  }

  /// - Parameters:
  ///   - request: the request without a dataset. Each execution gets its options.
  ///   - datasets: the ids of the datasets that declare the job type, at least one.
  public init(_ request: RunRequest, jobType: String, datasets: [String]) {
    status = "success"
    self.jobType = jobType
    executions = datasets.map { dataset in
      var input = request
      input.dataset = dataset
      input.trigger = request.trigger ?? .manual
      input.run = nil
      return Start(name: RunName.ofJob(jobType, run: request.run, dataset: dataset), input: input)
    }
  }
}
