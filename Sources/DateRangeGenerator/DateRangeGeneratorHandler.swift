import Contracts
import Definitions
import FunctionSupport
import LambdaRuntime
import Time

/// The first function of a run: plans its work items. Of a job without a dataset it plans the runs instead.
public final class DateRangeGeneratorHandler {
  /// A dataset, the plan of its items, and if its runs need the ledger (`PlanResponse.needsLedger`).
  public typealias Planned = (dataset: Dataset, plan: ItemPlan, needsLedger: Bool)
  /// A dataset's id and the job types that it declares; nil for a definition that cannot be read.
  public typealias DeclaredJobs = (id: String, jobTypes: [String]?)

  private let definition: (_ id: String?, _ job: String?) throws(PipelineError) -> Planned
  private let jobs: () throws(PipelineError) -> [DeclaredJobs]
  private let time: any TimeSource
  /// The rules of the datasets' zones, by zone: each file is read once.
  private var zones: [String: TimeZoneRules] = [:]

  /// - Parameters:
  ///   - definition: returns the dataset that a request names, or the standard one for nil, and the plan of a job type.
  ///   - jobs: returns the job types of every dataset. It is called for a job without a dataset only.
  public init(
    definition: @escaping (_ id: String?, _ job: String?) throws(PipelineError) -> Planned,
    jobs: @escaping () throws(PipelineError) -> [DeclaredJobs] = { () throws(PipelineError) in [] },
    time: any TimeSource = SystemTime()
  ) {
    self.definition = definition
    self.jobs = jobs
    self.time = time
  }

  /// - Throws: `InvalidInput` for an unknown dataset or job type, for a range that is negative, reversed, malformed or too
  ///   long, or that the dataset does not have, and for items that the plan does not have.
  public func handle(_ request: RunRequest, _ context: LambdaContext) throws -> FunctionResponse<GeneratorResponse> {
    if request.dataset == nil, let job = request.jobType {
      let datasets = try datasets(of: job, request, context)
      context.log.info("job \(job): \(datasets.joined(separator: ", ")); \(context.metrics.took)")
      return FunctionResponse(.job(JobResponse(request, jobType: job, datasets: datasets)))
    }
    let (dataset, response) = try plan(request)
    context.metrics.note(dataset)
    context.metrics.count(.dates, response.count)
    context.log.info("\(response.summary); \(context.metrics.took)", ["dataset": .text(dataset.id)])
    return FunctionResponse(.plan(response))
  }

  /// Throws what `handle` would, for a request whose run has not begun.
  public func check(_ request: RunRequest, _ context: LambdaContext) throws(PipelineError) {
    if request.dataset == nil, let job = request.jobType {
      _ = try datasets(of: job, request, context)
    } else {
      _ = try plan(request)
    }
  }

  private func plan(_ request: RunRequest) throws(PipelineError) -> (Dataset, PlanResponse) {
    let (dataset, plan, needsLedger) = try definition(request.dataset, request.jobType)
    var response = try plan.response(to: request.plan, of: dataset.id) { () throws(PipelineError) in
      try today(in: dataset)
    }
    if needsLedger { response.needsLedger = true }
    return (dataset, response)
  }

  /// Returns the datasets that declare a job, at least one.
  private func datasets(
    of job: String, _ request: RunRequest, _ context: LambdaContext
  ) throws(PipelineError) -> [String] {
    guard request.items == nil else {
      throw PipelineError(
        .invalidInput, "items are those of one dataset: give dataset beside job_type '\(job.prefix(40))'")
    }
    let declared = try jobs()
    for unread in declared where unread.jobTypes == nil {
      context.log.warn(
        "the definition cannot be read, so its job types are unknown: festvibes check", ["dataset": .text(unread.id)])
    }
    let datasets = declared.filter { $0.jobTypes?.contains(job) ?? false }.map(\.id)
    guard !datasets.isEmpty else {
      let known = Set(declared.flatMap { $0.jobTypes ?? [] }).sorted()
      throw PipelineError(
        .invalidInput,
        "job_type is '\(job.prefix(40))', which no dataset declares under plan.profiles: "
          + (known.isEmpty ? "there are no job types yet" : "there are \(known.joined(separator: ", "))"))
    }
    return datasets
  }

  private func today(in dataset: Dataset) throws(PipelineError) -> CalendarDate {
    if let zone = zones[dataset.timeZone] { return zone.localDate(at: time.now) }
    let zone = try dataset.timeZoneRules()
    zones[dataset.timeZone] = zone
    return zone.localDate(at: time.now)
  }
}
