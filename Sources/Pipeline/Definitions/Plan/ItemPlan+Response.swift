import Contracts
import Time

extension ItemPlan {
  /// Returns the items of a run.
  /// - Parameters:
  ///   - dataset: the dataset's id, for messages.
  ///   - today: the dataset's local day. It is evaluated only for a plan of dates or of months.
  /// - Throws: `InvalidInput` for a range or items that the plan does not have, for an object of S3 that it needs and the
  ///   request does not name, and the error of `today`.
  public func response(
    to request: PlanRequest, of dataset: String, today: () throws(PipelineError) -> CalendarDate
  ) throws(PipelineError) -> PlanResponse {
    let object = try object(of: request, dataset)
    let response: PlanResponse
    switch kind {
    case .dates(let ahead):
      response = PlanResponse(dataset: dataset, dates: try request.dates(today: try today(), ahead: ahead))
    case .months(let back, let ahead):
      let months = try request.months(today: try today(), back: back, ahead: ahead, in: dataset)
      response = PlanResponse(dataset: dataset, items: months.map(WorkItem.init(month:)))
    case .items(let items):
      response = PlanResponse(dataset: dataset, items: try request.items(of: named(items, object), in: dataset))
    }
    guard request.bucket != nil || request.key != nil else { return response }
    let whole = response.adding(object.parameters)
    let size = Self.size(of: whole.items)
    guard size <= Self.maximumBytes else {
      throw PipelineError(
        .invalidInput,
        "the items of the run have \(size) bytes with bucket and key, more than \(Self.maximumBytes): name fewer items")
    }
    return whole
  }

  /// - Throws: `InvalidInput` if the plan needs a name that is missing, or has one of its own.
  private func object(of request: PlanRequest, _ dataset: String) throws(PipelineError) -> ObjectReference {
    let object = try ObjectReference(request)
    let missing = objectNames.filter { object.parameters[$0] == nil }
    guard missing.isEmpty else {
      throw PipelineError(
        .invalidInput,
        "dataset \(dataset) reads the object that a request names: give \(missing.joined(separator: " and ")), as the event of "
          + "an object of S3 does, or festvibes run --bucket … --key …")
    }
    if let own = items?.first.flatMap({ item in object.parameters.keys.sorted().first { item.parameters[$0] != nil } })
    {
      throw PipelineError(
        .invalidInput, "\(own) is given, but the plan of dataset \(dataset) has values of its own for it: leave it out")
    }
    return object
  }

  /// Names the one item of `kind: single` after the object that it is about, so that each object is an item of its own.
  private func named(_ items: [WorkItem], _ object: ObjectReference) -> [WorkItem] {
    guard !objectNames.isEmpty, items.count == 1, let item = items.first, item.id == Self.singleID,
      let id = object.itemID, let named = try? WorkItem(id: id, parameters: item.parameters)
    else { return items }
    return [named]
  }
}
