import Contracts
import Definitions
import Fetching
import FoundationEssentials
import Processing
import Time

/// Reads the pages of an item from an API, or a file behind an address: the plugin `http`.
///
/// Either every page of an item is read, or the item fails: what a missing page has is not known.
public final class HTTPReader: BodyReader {
  public let policy: FetchPolicy
  let template: RequestTemplate
  let pagination: Pagination?
  let fallbackPeriods: Int
  /// The key of the address, in messages.
  let addressKey: String
  let period: Period
  let redactor: Redactor
  private let since: SinceValue?
  private let zone: TimeZoneRules
  private let time: any TimeSource

  /// - Parameters:
  ///   - section: the section `extract` of a definition, which was checked against `form`.
  ///   - addressKey: the key of the address in the file, for messages.
  ///   - time: the clock for templates with a date, where the fetcher does not know when reading began.
  /// - Throws: `ConfigurationInvalid` for an address that is none, and for a zone that the system does not have.
  public init(
    _ dataset: Dataset, section: Section, addressKey: String = "url", time: any TimeSource = SystemTime()
  ) throws(PipelineError) {
    self.addressKey = addressKey
    policy = try FetchPolicy(http: section, of: dataset)
    template = RequestTemplate(section)
    pagination = section.section("paginate").map { Pagination($0) }
    fallbackPeriods = section.integer("fallback_periods") ?? 0
    period = section.text("period").flatMap { Period(rawValue: $0) } ?? .month
    redactor = Redactor(policy)
    let zone = try dataset.timeZoneRules()
    self.zone = zone
    since = section.section("incremental").map { SinceValue($0, zone: zone) }
    self.time = time
  }

  /// - Throws: besides the errors of `BodyReader`, `SourceRefused` for a status of 400 to 499 that no rule explains, and
  ///   `SourceChanged` for pages that repeat themselves, or lead to another site.
  public func read(
    _ item: WorkItem, via fetcher: any PageFetcher, deadline: Deadline,
    use: (RawBody) throws(PipelineError) -> BodyFacts
  ) throws(PipelineError) -> BodiesRead {
    let began = fetcher.began ?? time.now
    var read = BodiesRead(pagesRead: 0, readAt: began, isComplete: true)
    let limit = try recordLimit(of: item)
    // The plan may leave nothing for an item.
    if limit == 0 { cut(&read, "the item's share of max_records is 0: nothing was read", "") }
    guard limit != 0 else { return read }
    let date = item.date ?? zone.localDate(at: began)
    var values = TemplateValues(item: item, date: date)
    let site = try site(values, of: fetcher)
    var paging = Paging(pagination ?? .onePage, site: site)
    let source = PageReading(fetcher: fetcher, deadline: deadline, policy: policy, redactor: redactor)
    var (request, page) = try first(date, &values, paging, from: source, &read) { (body) throws(PipelineError) in
      try use(body.limited(to: limit))
    }
    var left = limit
    while let facts = page.facts {
      read.pagesRead += 1
      if read.pagesRead == 1 { read.readAt = page.page.validated }
      if page.mayBeCut {
        cut(&read, "the response does not say how long it is, so that a cut one would not be noticed", request.url)
      }
      left = left.map { $0 - facts.recordCount }
      let current = page.facts(at: redactor.address(request.url))
      let outcome = try paging.advance(after: current, body: page.page.body)
      if let place = paging.missingPlace(in: current) {
        read.warnings.append(
          RowProblem(reason: "the first page has no \(place), and was read as the last one", href: current.address))
      }
      if let left, left < 0 || left == 0 && outcome != .end {
        cut(&read, "the item's limit of \(limit ?? 0) records is reached: the source has more", request.url)
        break
      }
      if case .cut(let reason) = outcome {
        cut(&read, reason, request.url)
        // The run's result says so, too: unlike a limit of records, this is nothing that a person has asked for.
        read.notice = reason
      }
      guard outcome == .more else { break }
      request = try self.request(values, paging, at: site)
      page = try source.read(request) { (body) throws(PipelineError) in try use(body.limited(to: left)) }
      // No error and no page either: the source is read to its end.
      if paging.isEnd(status: page.page.status, body: page.page.body) { break }
      try page.check(request, redactor, addressKey: addressKey)
    }
    return read
  }

  /// Reads the first page, of the latest period that the source has.
  private func first(
    _ start: CalendarDate, _ values: inout TemplateValues, _ paging: Paging, from source: PageReading,
    _ read: inout BodiesRead,
    _ use: (RawBody) throws(PipelineError) -> BodyFacts
  ) throws(PipelineError) -> (FetchRequest, ReadPage) {
    var missing: [String] = []
    for count in 0...fallbackPeriods {
      values.date = period.before(start, count: count)
      let request = try request(values, paging, at: paging.site)
      let page = try source.read(request, use)
      let address = redactor.address(request.url)
      if fallbackPeriods > 0, page.isMissing {
        missing.append(address)
        continue
      }
      try page.check(
        request, redactor, addressKey: addressKey,
        isOfDate: template.names.contains(where: TemplateValues.dateNames.contains))
      if let first = missing.first {
        read.warnings.append(
          RowProblem(reason: "\(first) does not exist yet: \(count) \(period) earlier was read", href: address))
      }
      return (request, page)
    }
    throw PipelineError(
      .sourceRefused,
      "\(missing.first ?? "") is missing, and so is every \(period) before it as far as \(missing.last ?? ""): correct "
        + "\(addressKey), or raise fallback_periods")
  }

  public func check(_ item: WorkItem, date: CalendarDate) throws(PipelineError) {
    let values = TemplateValues(item: item, date: item.date ?? date)
    _ = try request(values, Paging(pagination ?? .onePage, site: policy.site), at: policy.site)
  }

  private func request(_ values: TemplateValues, _ paging: Paging, at site: Site) throws(PipelineError) -> FetchRequest
  {
    var values = values
    values.paging = paging.values
    let value = since?.value(for: values.item)
    if let value { values.paging[SinceValue.name] = value }
    var request =
      if let address = paging.address {
        try template.request(address, values)
      } else {
        try template.request(
          values, adding: (since?.items(value) ?? []) + paging.items(template.names), at: site)
      }
    since?.add(value, to: &request)
    return request
  }

  /// Returns the site of the item's pages: of an archive the one that it was written for.
  private func site(_ values: TemplateValues, of fetcher: any PageFetcher) throws(PipelineError) -> Site {
    let paging = Paging(pagination ?? .onePage, site: policy.site)
    let url = redactor.address(try request(values, paging, at: policy.site).url)
    return fetcher.archivedSite(holding: String(url.dropFirst(policy.site.origin.count))) ?? policy.site
  }

  /// Returns the records of an item at most: its share of the plan's, and the definition's own limit; nil without either.
  private func recordLimit(of item: WorkItem) throws(PipelineError) -> Int? {
    guard let text = item.parameters[Self.recordLimitName] else { return pagination?.maximumRecords }
    guard let share = Int(text), share >= 0 else {
      throw PipelineError(
        .invalidInput,
        "the parameter max_records of the item '\(item)' is '\(text.prefix(20))': it must be a number from 0")
    }
    return min(share, pagination?.maximumRecords ?? share)
  }

  /// The parameter of an item with its share of the plan's `max_records`.
  public static let recordLimitName = "max_records"

  private func cut(_ read: inout BodiesRead, _ reason: String, _ url: String) {
    read.isComplete = false
    read.warnings.append(RowProblem(reason: reason, href: redactor.address(url)))
  }
}
