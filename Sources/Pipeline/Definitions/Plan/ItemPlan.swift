import Contracts
import Time

/// The work items of a dataset's runs, by the section `plan` of its definition, or by one of its profiles.
public struct ItemPlan: Equatable, Sendable {
  enum Kind: Equatable {
    /// Days. A run is of a range of them; of one that names none, of today and so many days after it.
    case dates(ahead: Int)
    /// Months. A run is of a range of them; of one that names none, of the current one and so many around it.
    case months(back: Int, ahead: Int)
    /// A fixed list, in the order of the definition. A run is of all or some of them.
    case items([WorkItem])
  }

  let kind: Kind
  /// Those of `ObjectReference.parameterNames` that templates of `extract` use: the request must give them.
  var objectNames: [String] = []

  /// The id of the one item of `kind: single`.
  public static let singleID = "all"
  /// The parameter of an item with its share of the plan's `max_records`.
  public static let recordLimitName = "max_records"
  /// Bytes of a plan's items as JSON, at most. They pass through states of 256 KiB, beside the results of the items.
  static let maximumBytes = 64 << 10

  init(_ kind: Kind) { self.kind = kind }

  /// Days, 30 ahead.
  public static let dates = ItemPlan(.dates(ahead: PlanRequest.defaultDaysAhead))

  /// A fixed list.
  public static func items(_ items: [WorkItem]) -> ItemPlan { ItemPlan(.items(items)) }

  /// - Parameter plan: a section that was checked.
  /// - Throws: `ConfigurationInvalid` for a section that the checker would not accept.
  public init(_ plan: Section) throws(PipelineError) {
    switch Self.read(plan) {
    case .success(let plan): self = plan
    case .failure(let problem):
      throw PipelineError(.configurationInvalid, "\(plan.place).\(problem.key): \(problem.text)")
    }
  }

  /// The items of a fixed list; nil for days and months.
  public var items: [WorkItem]? { if case .items(let items) = kind { items } else { nil } }
  /// True if the items are months.
  public var isOfMonths: Bool { if case .months = kind { true } else { false } }

  /// True if each object of S3 that a request names is an item of its own.
  public var readsObject: Bool { !objectNames.isEmpty && items?.map(\.id) == [Self.singleID] }
  /// The days after today of a run that names no range, if the items are days.
  public var daysAhead: Int? { if case .dates(let ahead) = kind { ahead } else { nil } }

  /// An item as a run has it, for checking templates.
  public var sample: WorkItem {
    let item: WorkItem
    switch kind {
    case .dates: item = WorkItem(date: CalendarDate(daysSinceEpoch: 0))
    case .months: item = WorkItem(month: CalendarMonth(of: CalendarDate(daysSinceEpoch: 0)))
    case .items(let items): item = items.first ?? WorkItem(date: CalendarDate(daysSinceEpoch: 0))
    }
    return item.adding(Dictionary(objectNames.map { ($0, "name") }) { first, _ in first })
  }

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
      if limit != nil { return .failure(otherItems("dates", "of a day ")) }
      return .success(ItemPlan(.dates(ahead: plan.integer("days_ahead") ?? PlanRequest.defaultDaysAhead)))
    case "months":
      if limit != nil { return .failure(otherItems("months", "of a month ")) }
      let (back, ahead) = (plan.integer("months_back") ?? 0, plan.integer("months_ahead") ?? 0)
      guard back + ahead < Limits.maximumItems else {
        return .failure(
          Problem("months_back", "a run would have \(back + ahead + 1) months: \(Limits.maximumItems) at most"))
      }
      return .success(ItemPlan(.months(back: back, ahead: ahead)))
    case "product":
      return ItemProduct.combinations(of: plan).flatMap { items($0, sharing: limit) }
    default: return items([(singleID, [])], sharing: limit)
    }
  }

  private static func otherItems(_ kind: String, _ ofItem: String) -> Problem {
    Problem(
      "max_records", "kind \(kind) has other items in each run: limit the records \(ofItem)under extract")
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
    let size = size(of: items)
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

  /// The bytes of items as JSON, at most: a quotation mark or a control character takes up to six.
  static func size(of items: [WorkItem]) -> Int {
    items.reduce(0) { sum, item in
      item.parameters.reduce(sum + 40 + item.id.utf8.count) { sum, parameter in
        let escaped = parameter.value.utf8.reduce(0) { $0 + ($1 < 0x20 ? 6 : $1 == 0x22 || $1 == 0x5C ? 2 : 1) }
        return sum + parameter.key.utf8.count + escaped + 6
      }
    }
  }
}
