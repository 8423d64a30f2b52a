/// The way in which a run was started, beside its items: a retry of the run starts one of the same kind.
public struct RunOrigin: Equatable, Sendable {
  /// The job: a profile of the dataset's plan.
  public var jobType: String?
  /// The bucket and the key of the object of S3 that the run is about.
  public var bucket: String?
  public var key: String?
  /// The process that does the run itself, as `MACHINE:PID@BOOT/NAMESPACE`; nil for an execution of Step Functions.
  public var host: String?

  public init(jobType: String? = nil, bucket: String? = nil, key: String? = nil, host: String? = nil) {
    self.jobType = jobType
    self.bucket = bucket
    self.key = key
    self.host = host
  }

  /// Takes the job and the object of a request.
  public init(_ plan: PlanRequest, host: String? = nil) {
    self.init(jobType: plan.jobType, bucket: plan.bucket, key: plan.key, host: host)
  }

  /// True if it says nothing: an execution of the dataset's own plan.
  public var isEmpty: Bool { self == RunOrigin() }

  /// The request for a run of the same job, about the same object.
  public var request: PlanRequest { PlanRequest(jobType: jobType, bucket: bucket, key: key) }
}

extension RunOrigin: Codable {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case bucket, key, host
    case jobType = "job_type"
  }
}
