import Contracts
import Time

/// The work items of a dataset's runs, by the section `plan` of its definition.
public enum ItemPlan: Equatable, Sendable {
  /// Days. A run is of a range of them.
  case dates
  /// A fixed list, in the order of the definition. A run is of all or some of them.
  case items([WorkItem])

  /// The id of the one item of `kind: single`.
  public static let singleID = "all"
  /// The parameter of an item with its share of the plan's `max_records`.
  public static let recordLimitName = "max_records"
  /// Bytes of a plan's items as JSON, at most. They pass through states of 256 KiB, beside the results of the items.
  static let maximumBytes = 64 << 10

  /// - Parameter plan: a section that was checked.
  /// - Throws: `ConfigurationInvalid` for a section that the checker would not accept.
  public init(_ plan: Section) throws(PipelineError) {
    switch Self.read(plan) {
    case .success(let plan): self = plan
    case .failure(let problem):
      throw PipelineError(.configurationInvalid, "\(plan.place).\(problem.key): \(problem.text)")
    }
  }

  /// Returns the items of a run.
  /// - Parameters:
  ///   - dataset: the dataset's id, for messages.
  ///   - today: the dataset's local day. It is evaluated only for a plan of dates.
  /// - Throws: `InvalidInput` for a range or items that the plan does not have, and the error of `today`.
  public func response(
    to request: PlanRequest, of dataset: String, today: () throws(PipelineError) -> CalendarDate
  ) throws(PipelineError) -> PlanResponse {
    switch self {
    case .dates: PlanResponse(dataset: dataset, dates: try request.dates(today: try today()))
    case .items(let items): PlanResponse(dataset: dataset, items: try request.items(of: items, in: dataset))
    }
  }

  /// The items of a fixed list; nil for days.
  public var items: [WorkItem]? { if case .items(let items) = self { items } else { nil } }

  /// A problem of the section: the key to name and a text for a person.
  struct Problem: Error, Equatable {
    let key: String
    let text: String

    init(_ key: String, _ text: String) {
      self.key = key
      self.text = text
    }
  }

  static func read(_ plan: Section) -> Result<ItemPlan, Problem> {
    let limit = plan.integer("max_records")
    switch plan.text("kind") {
    case "dates":
      guard limit == nil else {
        return .failure(
          Problem("max_records", "kind dates has other items in each run: limit the records of a day under extract"))
      }
      return .success(.dates)
    case "product":
      return ItemProduct.combinations(of: plan).flatMap { items($0, sharing: limit) }
    default: return items([(singleID, [])], sharing: limit)
    }
  }

  /// Makes the items of a fixed list.
  private static func items(
    _ combinations: [(id: String, parameters: [(name: String, value: String)])], sharing limit: Int?
  ) -> Result<ItemPlan, Problem> {
    var items: [WorkItem] = []
    for (index, combination) in combinations.enumerated() {
      var parameters = Dictionary(combination.parameters.map { ($0.name, $0.value) }) { $1 }
      if let limit {
        parameters[recordLimitName] = String(share(of: limit, index, of: combinations.count))
      }
      guard let item = try? WorkItem(id: combination.id, parameters: parameters) else {
        return .failure(Problem("values", "'\(combination.id)' cannot be an item's id"))
      }
      items.append(item)
    }
    let size = items.reduce(0) { $0 + Self.size(of: $1) }
    guard size <= maximumBytes else {
      return .failure(
        Problem(
          "values", "the items have \(size) bytes with their values, more than \(maximumBytes): shorten the values"))
    }
    return .success(.items(items))
  }

  /// Returns the share of one item of a number of records: the remainder goes to the first.
  static func share(of limit: Int, _ index: Int, of count: Int) -> Int {
    limit / count + (index == 0 ? limit % count : 0)
  }

  /// The bytes of an item as JSON, at most: a quotation mark or a control character takes up to six.
  private static func size(of item: WorkItem) -> Int {
    item.parameters.reduce(40 + item.id.utf8.count) { sum, parameter in
      let escaped = parameter.value.utf8.reduce(0) { $0 + ($1 < 0x20 ? 6 : $1 == 0x22 || $1 == 0x5C ? 2 : 1) }
      return sum + parameter.key.utf8.count + escaped + 6
    }
  }
}

extension Definition {
  /// The work items of the dataset's runs.
  /// - Throws: as `ItemPlan.init`.
  public func itemPlan() throws(PipelineError) -> ItemPlan { try ItemPlan(plan) }
}
