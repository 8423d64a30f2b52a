import Contracts
import Definitions
import JSON

/// A request for a run, as a message has it.
struct QueuedRequest: Equatable, Sendable {
  /// The fields of a request: of the state machine's input. Others in a message, such as those of an event's envelope, do
  /// not become part of an execution's input.
  static let names = [
    "dataset", "job_type", "days_ahead", "start_date", "end_date", "items", "max_failures", "cached_from", "replay",
    "allow_shrink", "bucket", "key",
  ]
  /// System 002's name of `dataset`.
  private static let formerDataset = "dataset_id"

  /// The fields that the message has.
  private(set) var fields: JSONObject
  /// The object or event by which the datasets are found; nil for a request that names a dataset or a job, and for one that
  /// is of the standard dataset.
  let occurrence: DatasetTrigger?
  /// The place in an S3 notification, from 1; nil for other messages.
  let number: Int?

  init(_ fields: JSONObject, occurrence: DatasetTrigger? = nil, number: Int? = nil) {
    self.fields = fields
    self.occurrence = fields["dataset"] == nil && fields["job_type"] == nil ? occurrence : nil
    self.number = number
  }

  /// Returns the members of an object that are fields of a request. One that is null counts as missing.
  /// - Throws: `InvalidInput` for an object that names two datasets.
  static func fields(of object: JSONObject) throws(PipelineError) -> JSONObject {
    var fields = JSONObject()
    for name in names { if let value = object[name], !value.isNull { fields[name] = value } }
    guard let former = object[formerDataset], !former.isNull else { return fields }
    guard fields["dataset"] == nil || fields["dataset"] == former else {
      throw PipelineError(.invalidInput, "it names two datasets, as dataset and dataset_id: give one of them")
    }
    fields["dataset"] = former
    return fields
  }

  /// Returns the same request of a dataset.
  func of(_ dataset: String) -> QueuedRequest {
    var fields = fields
    fields["dataset"] = .string(dataset)
    return QueuedRequest(fields, number: number)
  }

  /// The input of the execution, a JSON object.
  var input: String {
    var input = fields
    input["trigger"] = "event"
    return JSONValue.object(input).text
  }
}
